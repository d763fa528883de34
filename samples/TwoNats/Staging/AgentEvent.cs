using System.Net;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Something that an agent said of itself.</summary>
/// <param name="At">When it was heard, on the stage's clock.</param>
internal abstract record AgentEvent(TimeSpan At)
{
    /// <summary>It can be reached.</summary>
    internal sealed record Ready(TimeSpan At, string Agent, string Invite) : AgentEvent(At);

    /// <summary>What it found out about its network: what people call its NAT (null while that is not known), and what that means for its peers.</summary>
    internal sealed record Network(TimeSpan At, string? Nat, string Explanation) : AgentEvent(At);

    /// <summary>It has a session with the other.</summary>
    internal sealed record Session(TimeSpan At, string Peer) : AgentEvent(At);

    /// <summary>Its session took this path.</summary>
    internal sealed record Path(TimeSpan At, PathKind Kind, IPEndPoint Remote, double RoundTripMilliseconds) : AgentEvent(At);

    /// <summary>Its session has been relayed for a while, and this is why.</summary>
    internal sealed record Relayed(TimeSpan At, string Why) : AgentEvent(At);

    /// <summary>It read a line.</summary>
    internal sealed record Line(TimeSpan At, long Sequence, string Text) : AgentEvent(At);

    /// <summary>Its session ended.</summary>
    internal sealed record Closed(TimeSpan At, string Reason) : AgentEvent(At);
}
