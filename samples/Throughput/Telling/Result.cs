using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Telling;

/// <summary>One line of the table: what all runs found.</summary>
internal sealed record Result(string Name, int Streams, IReadOnlyList<Figure> Runs)
{
    /// <inheritdoc cref="Figure.MegabitsPerSecond"/>
    public Range? MegabitsPerSecond => Of(run => run.MegabitsPerSecond);

    /// <inheritdoc cref="Figure.Cpu"/>
    public Range? Cpu => Of(run => run.Cpu);

    /// <inheritdoc cref="Figure.SenderCpu"/>
    public Range? SenderCpu => Of(run => run.SenderCpu);

    /// <inheritdoc cref="Figure.ReceiverCpu"/>
    public Range? ReceiverCpu => Of(run => run.ReceiverCpu);

    /// <inheritdoc cref="Figure.RelayCpu"/>
    public Range? RelayCpu => Of(run => run.RelayCpu);

    /// <inheritdoc cref="Figure.Allocated"/>
    public Range? Allocated => Of(run => run.Allocated);

    /// <inheritdoc cref="Figure.SenderAllocated"/>
    public Range? SenderAllocated => Of(run => run.SenderAllocated);

    /// <inheritdoc cref="Figure.ReceiverAllocated"/>
    public Range? ReceiverAllocated => Of(run => run.ReceiverAllocated);

    /// <inheritdoc cref="Figure.P50"/>
    public Range? P50 => Of(run => run.P50);

    /// <inheritdoc cref="Figure.P99"/>
    public Range? P99 => Of(run => run.P99);

    private Range? Of(Func<Figure, double?> quantity) => Range.Of(Runs.Select(quantity));
}
