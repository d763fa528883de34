namespace Ants.Protocol.Paths;

/// <summary>
/// Direct over relayed whatever the round trips; among the same kind the shorter round trip, IPv6 slightly preferred,
/// and a change only for a clear gain. A standby that does not answer comes after all that do.
/// </summary>
internal sealed class DirectFirstSelector : IPathSelector
{
    // A tenth: IPv6 has no NAT whose mapping may go away, which is worth a little and not a detour.
    private const double IPv6Discount = 0.9;

    // The newcomer must be a fifth better, and by more than a scheduler's jitter, or two similar paths take turns.
    private const double ClearGain = 0.8;
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(2);

    public int Select(ReadOnlySpan<PathView> usable)
    {
        int best = 0, active = -1;
        for (int i = 0; i < usable.Length; i++)
        {
            best = IsBetter(usable[i], usable[best]) ? i : best;
            active = usable[i].IsActive ? i : active;
        }

        if (active < 0 || usable[active].IsDirect != usable[best].IsDirect)
        {
            return best;
        }

        TimeSpan present = Weigh(usable[active]), offered = Weigh(usable[best]);
        return offered < present * ClearGain && present - offered > Jitter ? best : active;
    }

    /// <summary>One over another kind of carrier goes before one of the same kind, which mostly leads through the same NAT and died with it.</summary>
    public int SelectFallback(ReadOnlySpan<PathView> standbys, in PathView failing)
    {
        int best = 0;
        for (int i = 1; i < standbys.Length; i++)
        {
            best = IsSafer(standbys[i], standbys[best], failing) ? i : best;
        }

        return best;
    }

    private static bool IsSafer(in PathView left, in PathView right, in PathView failing) =>
        left.IsSuspected == right.IsSuspected && left.IsDirect != right.IsDirect
            ? left.IsDirect != failing.IsDirect
            : IsBetter(left, right);

    private static bool IsBetter(in PathView left, in PathView right) =>
        IsDoubtful(left) != IsDoubtful(right) ? IsDoubtful(right)
        : left.IsDirect != right.IsDirect ? left.IsDirect
        : Weigh(left) < Weigh(right);

    private static bool IsDoubtful(in PathView path) => path.IsSuspected && !path.IsActive;

    private static TimeSpan Weigh(in PathView path) => path.IsIPv6 ? path.RoundTrip * IPv6Discount : path.RoundTrip;
}
