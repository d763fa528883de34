using System.Buffers;

namespace Ants.Samples.Throughput.Measuring;

/// <summary>
/// The bytes that every bulk measurement carries: 64 KiB of noise, again and again. Any eight of them stand at one offset of it alone, so a
/// look at a few positions shows bytes that were lost, doubled or swapped.
/// </summary>
internal static class Pattern
{
    /// <summary>After how many bytes it begins again; a power of two.</summary>
    public const int Period = 1 << 16;

    // Any number: both ends make the same noise from it.
    private const int Seed = 4;

    // Twice, so that a period is in one piece from wherever it is begun.
    private static readonly byte[] s_twice = Make();

    /// <summary>Two periods, for who sends whole ones.</summary>
    public static ReadOnlyMemory<byte> TwoPeriods => s_twice;

    /// <summary>What stands at an offset: at most a <see cref="Period"/>.</summary>
    public static ReadOnlySpan<byte> At(long offset, int length) => s_twice.AsSpan((int)(offset & (Period - 1)), length);

    /// <summary>Whether the bytes at an offset are what they should be, by their first and last eight.</summary>
    public static bool Matches(long offset, ReadOnlySpan<byte> bytes)
    {
        int few = Math.Min(bytes.Length, sizeof(long));
        return bytes[..few].SequenceEqual(At(offset, few)) && bytes[^few..].SequenceEqual(At(offset + bytes.Length - few, few));
    }

    /// <summary>The same of bytes in several pieces: of each piece.</summary>
    public static bool Matches(long offset, ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            if (!Matches(offset, piece.Span))
            {
                return false;
            }

            offset += piece.Length;
        }

        return true;
    }

    private static byte[] Make()
    {
        byte[] twice = new byte[2 * Period];
        new Random(Seed).NextBytes(twice.AsSpan(0, Period));
        twice.AsSpan(0, Period).CopyTo(twice.AsSpan(Period));
        return twice;
    }
}
