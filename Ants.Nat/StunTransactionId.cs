using System.Buffers.Binary;

namespace Ants.Nat;

/// <summary>
/// The 96 bits that tie a STUN answer to its question. They must be uniformly random: an answer is believed because
/// only those on the way can know them (RFC 8489 section 5).
/// </summary>
public readonly record struct StunTransactionId
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 12;

    private readonly ulong _first;
    private readonly uint _last;

    /// <summary>Makes an id from its first twelve bytes, in the order of the wire.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public StunTransactionId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length)
        {
            throw new ArgumentException($"A transaction id takes {Length} bytes.", nameof(bytes));
        }

        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _last = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
    }

    /// <summary>Writes the id in the order of the wire.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">There is less room.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            throw new ArgumentException($"A transaction id takes {Length} bytes.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _last);
    }

    /// <summary>The id in hexadecimal.</summary>
    public override string ToString() => $"{_first:x16}{_last:x8}";
}
