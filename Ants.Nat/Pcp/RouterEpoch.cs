namespace Ants.Nat;

/// <summary>
/// Whether a router still has the state that it had: its clock, which starts from zero when it loses it, must have gone as ours did
/// (RFC 6887 section 8.5; RFC 6886 section 3.6 has the same with one bound less).
/// </summary>
internal struct RouterEpoch
{
    // Both from RFC 6887 section 8.5: whole seconds are told, and a cheap clock may be wrong by a sixteenth.
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(2);
    private const int Drift = 16;

    private TimeSpan _ours, _theirs;
    private bool _isKnown;

    /// <summary>Takes what the router says.</summary>
    /// <returns>False when it must have lost its state since the last time.</returns>
    public bool Check(TimeSpan now, uint seconds)
    {
        TimeSpan server = TimeSpan.FromSeconds(seconds);
        bool holds = !_isKnown || Holds(now - _ours, server - _theirs);
        (_ours, _theirs, _isKnown) = (now, server, true);
        return holds;
    }

    private static bool Holds(TimeSpan ours, TimeSpan theirs) =>
        theirs >= TimeSpan.FromSeconds(-1)
        && ours + s_rounding >= theirs - (theirs / Drift)
        && theirs + s_rounding >= ours - (ours / Drift);
}
