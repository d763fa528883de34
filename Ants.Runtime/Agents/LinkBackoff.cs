namespace Ants.Agents;

/// <summary>How long a relay link waits before it calls again.</summary>
internal sealed class LinkBackoff
{
    // Half a second at first, since most losses are short; never more than ten seconds, for 2 KB each time, so that a relay that returns is
    // found while a person is still watching.
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500), s_max = TimeSpan.FromSeconds(10);

    // A connection that was cut, or a relay that has restarted, is there again at once; so long, so that a thousand agents that were cut
    // off together do not call in one instant.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(50);

    // A link that was held for less may be ended each time that it is begun: it is not called without a pause. One call in so many
    // seconds is what the bound above allows anyway.
    private static readonly TimeSpan s_proven = TimeSpan.FromSeconds(5);

    private TimeSpan _next = s_first;

    /// <summary>The wait after a failed attempt: twice the last one, up to a bound. <paramref name="fraction"/>, from 0 to below 1, shortens it by up to a half.</summary>
    public TimeSpan AfterFailure(double fraction)
    {
        TimeSpan wait = _next;
        _next = _next * 2 < s_max ? _next * 2 : s_max;
        return Shorten(wait, fraction);
    }

    /// <summary>The wait after a session that was cut off: hardly any, if it had stood for a while.</summary>
    public TimeSpan AfterLoss(TimeSpan stood, double fraction) => stood >= s_proven ? s_atOnce * fraction : AfterFailure(fraction);

    /// <summary>Shortens a wait at random, so that many who wait for the same do not end it in one instant.</summary>
    public static TimeSpan Shorten(TimeSpan wait, double fraction) => wait * (0.5 + (fraction / 2));

    /// <summary>An attempt has succeeded, or the network is another one: what failed before says nothing any more.</summary>
    public void Reset() => _next = s_first;
}
