namespace Ants.Samples.TwoNats.Telling;

/// <summary>How long nothing came.</summary>
internal static class Gaps
{
    /// <summary>
    /// The longest time between two lines read one after the other, of which the second came after <paramref name="from"/>
    /// and the first before <paramref name="to"/>. The silence around the event counts from the last line before it, and a
    /// silence that lasts beyond the window counts whole: until its end, or until <paramref name="now"/>.
    /// </summary>
    /// <param name="arrivals">In order.</param>
    /// <param name="from">The event.</param>
    /// <param name="to">The end of the window, not later than <paramref name="now"/>.</param>
    /// <param name="now">Up to when all arrivals are known.</param>
    public static TimeSpan Longest(IReadOnlyList<TimeSpan> arrivals, TimeSpan from, TimeSpan to, TimeSpan now)
    {
        TimeSpan longest = TimeSpan.Zero;
        TimeSpan previous = from;
        foreach (TimeSpan arrival in arrivals)
        {
            if (previous >= to)
            {
                return longest;
            }

            if (arrival > from)
            {
                longest = Max(longest, arrival - previous);
            }

            previous = arrival;
        }

        return previous < to ? Max(longest, now - previous) : longest;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
