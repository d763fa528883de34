namespace Ants.Samples.TwoNats.Matrix;

/// <summary>All runs of one pair.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Runs">Its runs, one at least.</param>
internal sealed record MatrixCell(MatrixPair Pair, IReadOnlyList<MatrixRun> Runs)
{
    /// <summary>How many went direct.</summary>
    public int Direct => Runs.Count(run => run.IsDirect);

    /// <summary>The median of the times to a direct path of those that have one; null when none has.</summary>
    public TimeSpan? Median => MedianOf(Runs);

    /// <summary>The techniques that were seen.</summary>
    public Techniques Seen => Runs.Aggregate(Techniques.None, (seen, run) => seen | run.Technique);

    /// <summary>What theory does not allow of what was seen, in one line; null when all is as it must be.</summary>
    public string? Problem => Pair.Expectation.Verdict switch
    {
        _ when Runs.FirstOrDefault(run => run.Failure is not null) is { } failed => $"{Pair}: {failed.Failure}",
        Verdict.Direct when Direct < Runs.Count => $"{Pair}: direct in {Direct} of {Runs.Count} runs, and must be in all.",
        Verdict.Relayed when Direct > 0 => $"{Pair}: direct in {Direct} of {Runs.Count} runs, by {Seen.ToName()}, where theory knows no way.",
        Verdict.Direct when (Seen & ~Pair.Expectation.Techniques) is var other && other != Techniques.None =>
            $"{Pair}: direct by {other.ToName()}, where theory knows {Pair.Expectation.Techniques.ToName()}.",
        _ => null,
    };

    /// <summary>The median of the times of all runs that have one; null when none has.</summary>
    public static TimeSpan? MedianOf(IEnumerable<MatrixRun> runs)
    {
        TimeSpan[] times = [.. runs.Select(run => run.ToDirect).OfType<TimeSpan>().Order()];
        return times.Length == 0 ? null : (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2;
    }
}
