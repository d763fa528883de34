using Ants.Protocol;
using Ants.Protocol.Wire;

namespace Ants.Relay.Forwarding;

/// <summary>
/// What a forwarding id stands for: packets that <see cref="From"/> sends under it go to <see cref="To"/>, who knows them by
/// <see cref="Inner"/>.
/// </summary>
internal sealed class ForwardedPath(ConnectionId id, RelayedAgent from, AgentId to, ConnectionId inner)
{
    public ConnectionId Id => id;

    public RelayedAgent From => from;

    public AgentId To => to;

    public ConnectionId Inner => inner;

    /// <summary>When a packet last came under it, or it was asked for.</summary>
    public Instant UsedAt { get; set; }
}
