namespace Ants.Tests.Simulation.Observing;

/// <summary>Takes traces into memory.</summary>
internal sealed class TraceBox
{
    private readonly List<(QlogSession Session, Kept Stream)> _all = [];

    public QlogOptions Options => new() { Open = Open };

    /// <summary>Whether each trace was closed.</summary>
    public bool AllClosed => _all.TrueForAll(trace => trace.Stream.IsClosed);

    public IReadOnlyList<QlogSession> Sessions => [.. _all.Select(trace => trace.Session)];

    /// <summary>The traces of sessions with peers.</summary>
    public IReadOnlyList<TraceReader> OfPeers() =>
        [.. _all.Where(trace => !trace.Session.IsRelay).Select(trace => new TraceReader(trace.Stream.ToArray()))];

    public IReadOnlyList<TraceReader> OfRelays() =>
        [.. _all.Where(trace => trace.Session.IsRelay).Select(trace => new TraceReader(trace.Stream.ToArray()))];

    private Kept Open(QlogSession session)
    {
        _all.Add((session, new Kept()));
        return _all[^1].Stream;
    }

    private sealed class Kept : MemoryStream
    {
        public bool IsClosed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
