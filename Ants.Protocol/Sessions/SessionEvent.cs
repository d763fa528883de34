using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>What a session tells its owner; see <see cref="SessionEventKind"/> for which members mean something.</summary>
internal readonly record struct SessionEvent(SessionEventKind Kind)
{
    /// <summary><see cref="SessionEventKind.Stream"/>.</summary>
    public StreamEvent Stream { get; init; }

    /// <summary>Path events: where the path leads.</summary>
    public CarrierAddress Remote { get; init; }

    /// <summary>Path events: its smoothed round trip.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary><see cref="SessionEventKind.Candidates"/>.</summary>
    public IReadOnlyList<WireCandidate>? Candidates { get; init; }

    /// <summary><see cref="SessionEventKind.Closed"/>.</summary>
    public SessionEnd? End { get; init; }
}
