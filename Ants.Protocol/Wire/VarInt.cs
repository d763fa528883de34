using System.Buffers.Binary;

namespace Ants.Protocol.Wire;

/// <summary>
/// Variable-length integers as RFC 9000 section 16: the two high bits of the first byte tell the length (1, 2, 4 or 8
/// bytes), the rest is the value, big endian.
/// </summary>
internal static class VarInt
{
    /// <summary>The largest value that fits, 2^62 - 1.</summary>
    public const ulong MaxValue = (1UL << 62) - 1;

    /// <summary>Bytes that <paramref name="value"/> takes.</summary>
    public static int Length(ulong value) => value switch
    {
        < 1UL << 6 => 1,
        < 1UL << 14 => 2,
        < 1UL << 30 => 4,
        <= MaxValue => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A variable-length integer ends at 2^62 - 1."),
    };

    /// <summary>Writes <paramref name="value"/> at the start of <paramref name="destination"/> and returns its length.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        int length = Length(value);
        switch (length)
        {
            case 1:
                destination[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(value | 0x4000));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)value | 0x8000_0000);
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(destination, value | 0xC000_0000_0000_0000);
                break;
        }

        return length;
    }

    /// <summary>Reads a value from the start of <paramref name="source"/>; false when it is cut short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        if (source.IsEmpty)
        {
            return false;
        }

        int needed = 1 << (source[0] >> 6);
        if (source.Length < needed)
        {
            return false;
        }

        length = needed;
        value = needed switch
        {
            1 => source[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(source) & 0x3FFFUL,
            4 => BinaryPrimitives.ReadUInt32BigEndian(source) & 0x3FFF_FFFFUL,
            _ => BinaryPrimitives.ReadUInt64BigEndian(source) & MaxValue,
        };
        return true;
    }
}
