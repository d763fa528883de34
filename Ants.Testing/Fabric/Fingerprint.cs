using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Ants.Testing.Fabric;

/// <summary>A running 64-bit hash of everything that happened to datagrams, for comparing two runs. Not cryptographic.</summary>
internal sealed class Fingerprint
{
    // A word is mixed in with the odd multiplier of SplitMix64's sequence and a rotation of 29 bits.
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The hash so far.</summary>
    public ulong Value { get; private set; } = 0xCBF2_9CE4_8422_2325;

    /// <summary>Takes in a number.</summary>
    public void Add(long value) => Value = Mix(Value, value);

    /// <summary>Takes in an address and a port.</summary>
    public void Add(Endpoint endpoint)
    {
        Span<byte> address = stackalloc byte[16];
        endpoint.Address.TryWriteBytes(address, out int length);
        Add(address[..length]);
        Add(endpoint.Port);
    }

    /// <summary>Takes in bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        bytes = AddBlocks(bytes);
        for (; bytes.Length >= sizeof(long); bytes = bytes[sizeof(long)..])
        {
            Add(BinaryPrimitives.ReadInt64LittleEndian(bytes));
        }

        foreach (byte last in bytes)
        {
            Add((long)last);
        }
    }

    // Four chains side by side, since one would wait for each multiplication: a full datagram in 0.1 us.
    private ReadOnlySpan<byte> AddBlocks(ReadOnlySpan<byte> bytes)
    {
        ulong a = 1, b = 2, c = 3, d = 4;
        for (; bytes.Length >= 4 * sizeof(long); bytes = bytes[(4 * sizeof(long))..])
        {
            a = Mix(a, BinaryPrimitives.ReadInt64LittleEndian(bytes));
            b = Mix(b, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
            c = Mix(c, BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
            d = Mix(d, BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        }

        Add((long)a);
        Add((long)b);
        Add((long)c);
        Add((long)d);
        return bytes;
    }

    private static ulong Mix(ulong hash, long value) => BitOperations.RotateLeft((hash ^ (ulong)value) * Multiplier, 29);
}
