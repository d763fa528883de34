using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>What the pipes of all streams of an agent have in common: one object each way, whatever the number of streams.</summary>
/// <param name="scheduler">Runs the application's continuations.</param>
internal sealed class StreamPipes(PipeScheduler scheduler)
{
    // What may wait to be sent before a writer is held back. What is on its way does not count: the congestion window and the peer's
    // flow control bound that, whatever the path's bandwidth and delay. Enough for a writer to be woken in time at 10 Gbit/s, and little
    // enough to stay in a processor's cache.
    private const int PauseAt = 256 * 1024;

    private readonly PipeOptions _outgoing =
        new(BlockPool.Instance, scheduler, scheduler, PauseAt, PauseAt / 2, BlockPool.BlockSize);

    // No threshold, since flow control bounds what the peer may send: who writes it never waits.
    private readonly PipeOptions _incoming =
        new(BlockPool.Instance, scheduler, scheduler, pauseWriterThreshold: 0, resumeWriterThreshold: 0, BlockPool.BlockSize);

    /// <summary>A pipe for what the application writes.</summary>
    public Pipe CreateOutgoing() => new(_outgoing);

    /// <summary>A pipe for what the peer sends.</summary>
    public Pipe CreateIncoming() => new(_incoming);
}
