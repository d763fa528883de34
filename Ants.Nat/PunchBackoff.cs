namespace Ants.Nat;

/// <summary>
/// When to try again for a direct path after an attempt failed or the path was lost. Quick for a minute, because an
/// attempt costs a few hundred bytes and most outages are short (a firewall reloads, a link flaps, a NAT reboots); then
/// rarer, because a pair that found no way for a minute is likely to have none until something changes.
/// <code>
/// start at: 0.25  0.75  1.75  2.75 ... 60 s, then gaps of 2, 4, 8, 16, 30, 30, ... s
/// </code>
/// Pure: times are monotonic since any fixed start, randomness is an argument. Not thread-safe.
/// </summary>
public sealed class PunchBackoff
{
    // The first retry is for a plan that missed by bad luck: the peer was busy, a burst was lost.
    private static readonly TimeSpan FirstGap = TimeSpan.FromMilliseconds(250);

    // With PunchSchedule.Retry one attempt a second leaves no half second without a probe, so that a firewall that
    // opens again is noticed within about one second.
    private static readonly TimeSpan QuickGap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuickPhase = TimeSpan.FromMinutes(1);

    // Below the 30 s after which common NATs and Linux forget a UDP flow that got no answer (RFC 4787 REQ-5 asks for
    // 120 s and is not obeyed): each attempt finds the mapping of the one before.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(30);

    // Jitter only shortens, so that the bounds above stay bounds. A fifth spreads the pairs of a healed network apart
    // while the pair's own two sides, whose attempts need not coincide, still overlap.
    private const double JitterShare = 0.2;

    private TimeSpan _since;
    private TimeSpan _gap;

    /// <summary>Begins the quick phase.</summary>
    /// <param name="now">The moment of the loss or failure.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public PunchBackoff(TimeSpan now, double random) => Reset(now, random);

    /// <summary>When the next attempt should start.</summary>
    public TimeSpan NextAttempt { get; private set; }

    /// <summary>Attempts started since the last reset.</summary>
    public int Attempts { get; private set; }

    /// <summary>Begins the quick phase anew: the direct path was lost, or candidates or networks have changed.</summary>
    /// <param name="now">The moment of the change.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public void Reset(TimeSpan now, double random)
    {
        _since = now;
        _gap = FirstGap;
        Attempts = 0;
        NextAttempt = now + Shorten(_gap, random);
    }

    /// <summary>Says that an attempt starts now, and sets the time of the one after it.</summary>
    /// <param name="now">The moment of the start.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public void HandleAttempt(TimeSpan now, double random)
    {
        Attempts++;
        TimeSpan limit = now - _since < QuickPhase ? QuickGap : LongestGap;
        TimeSpan doubled = _gap * 2;
        _gap = doubled < limit ? doubled : limit;
        NextAttempt = now + Shorten(_gap, random);
    }

    private static TimeSpan Shorten(TimeSpan gap, double random) => gap * (1 - (JitterShare * Math.Clamp(random, 0, 1)));
}
