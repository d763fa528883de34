namespace Ants.Bench.Micro.Comparing;

/// <summary>One benchmark beside the baseline.</summary>
/// <param name="Now">As it is.</param>
/// <param name="Time">
/// Its time as a multiple of the baseline's, each in units of the yardstick of its own run: so that another machine, or the same one on a slower day, does
/// not look like a change of the code. Null when the baseline does not know it.
/// </param>
/// <param name="AllocatedBefore">What it allocated in the baseline, in bytes.</param>
internal sealed record Comparison(Figure Now, double? Time, long? AllocatedBefore)
{
    /// <summary>
    /// Single benchmarks of the same code differ by about a fifth between runs on a virtual machine that shares its cores: where the linker and the
    /// collector put things, and what the neighbours do. A change that costs less than a third is for <c>samples/Throughput</c> to find, which measures
    /// before and after in one run.
    /// </summary>
    public const double MostTime = 1.33;

    // Allocations repeat themselves, but for what a background thread of the runtime, or a dictionary that grows, spreads over the operations.
    private const double MostAllocated = 1.05;
    private const long AllocatedSlack = 16;

    public bool IsSlower => Time > MostTime;

    public bool AllocatesMore => AllocatedBefore is { } before && Now.Bytes > (before * MostAllocated) + AllocatedSlack;

    public bool IsMissed => IsSlower || AllocatesMore;

    public static IReadOnlyList<Comparison> All(FigureSet now, FigureSet baseline) => [.. now.Figures.Values.Select(figure =>
        baseline.Figures.TryGetValue(figure.Name, out Figure? before)
            ? new Comparison(figure, figure.Nanoseconds / now.YardstickOf(figure) / (before.Nanoseconds / baseline.YardstickOf(before)), before.Bytes)
            : new Comparison(figure, null, null))];
}
