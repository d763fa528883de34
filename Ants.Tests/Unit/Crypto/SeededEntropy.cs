using System.Buffers.Binary;
using System.Security.Cryptography;
using Ants.Crypto;

namespace Ants.Tests.Unit.Crypto;

/// <summary>Randomness that a seed repeats: SHA-256 of the seed and a counter.</summary>
internal sealed class SeededEntropy(ulong seed) : EntropySource
{
    private ulong _counter;

    public override void Fill(Span<byte> destination)
    {
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> input = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(input, seed);
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64BigEndian(input[8..], _counter++);
            SHA256.HashData(input, block);
            int taken = Math.Min(block.Length, destination.Length);
            block[..taken].CopyTo(destination);
            destination = destination[taken..];
        }
    }
}
