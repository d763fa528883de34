using Ants.Protocol.Wire;

namespace Ants.Protocol.Recovery;

/// <summary>Turns the ranges of an ACK frame round, so that they can be matched with packets from the oldest up.</summary>
internal static class AckedRanges
{
    /// <summary>The ranges of <paramref name="ack"/>, ascending, in <paramref name="buffer"/> of <see cref="AckFrame.MaxRanges"/>.</summary>
    public static ReadOnlySpan<NumberRange> Ascending(in AckFrame ack, Span<NumberRange> buffer)
    {
        int start = buffer.Length;
        foreach ((ulong first, ulong last) in ack)
        {
            buffer[--start] = new NumberRange(first, last);
        }

        return buffer[start..];
    }

    /// <summary>Whether any of <paramref name="ranges"/> holds <paramref name="number"/>.</summary>
    public static bool Cover(ReadOnlySpan<NumberRange> ranges, ulong? number)
    {
        foreach (NumberRange range in ranges)
        {
            if (range.First <= number && number <= range.Last)
            {
                return true;
            }
        }

        return false;
    }
}
