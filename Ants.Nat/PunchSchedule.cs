namespace Ants.Nat;

/// <summary>When a plan probes each target, and how much it may spend. Immutable.</summary>
public sealed class PunchSchedule
{
    // Sixteen targets (CandidateSet.DefaultCapacity) with four probes each. At 128 bytes a probe (the session's limit)
    // that is 8 KB a plan: less than one page of one web site, and under 64 entries in a NAT's table.
    private const int DefaultTotal = 64;

    /// <summary>Makes a schedule.</summary>
    /// <param name="offsets">When each target is probed, from its own start; ascending, not negative, at least one.</param>
    /// <param name="total">How many probes a plan may send in all; positive.</param>
    /// <exception cref="ArgumentException">The offsets are empty, negative or not ascending.</exception>
    public PunchSchedule(IEnumerable<TimeSpan> offsets, int total = DefaultTotal)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        TimeSpan[] copy = [.. offsets];
        if (copy.Length == 0 || copy[0] < TimeSpan.Zero || !copy.Zip(copy.Skip(1)).All(pair => pair.First < pair.Second))
        {
            throw new ArgumentException("Offsets must be ascending and not negative, with at least one.", nameof(offsets));
        }

        Offsets = copy;
        Total = total;
    }

    /// <summary>
    /// For a first attempt. Half the round trip is an estimate that is off by the relay's queueing and the two sides'
    /// scheduling, some tens of milliseconds: 20, 50 and 100 ms cover that, since a probe that met a closed filter is
    /// repaired by the next one as soon as the peer's own has opened it. From 100 ms on the gaps double: what is missed
    /// then is loss or a slow link, and doubling is how to meet those without a burst. 800 ms is the last, so that an
    /// attempt is over within the second in which <see cref="PunchBackoff"/> starts the next.
    /// </summary>
    public static PunchSchedule Opening { get; } = FromMilliseconds(0, 20, 50, 100, 200, 400, 800);

    /// <summary>
    /// For the attempts after it. The clocks of both sides no longer matter (each attempt keeps its own side's mapping
    /// open far longer than until the peer's next), so the dense start is left out. No gap exceeds 400 ms even from one
    /// attempt to the next at one a second: a firewall that opens again is met within half a second.
    /// </summary>
    public static PunchSchedule Retry { get; } = FromMilliseconds(0, 100, 350, 650);

    /// <summary>When each target is probed, counted from its own start.</summary>
    public IReadOnlyList<TimeSpan> Offsets { get; }

    /// <summary>How many probes a plan may send in all.</summary>
    public int Total { get; }

    private static PunchSchedule FromMilliseconds(params int[] offsets) =>
        new(offsets.Select(offset => TimeSpan.FromMilliseconds(offset)));
}
