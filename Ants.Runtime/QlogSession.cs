namespace Ants;

/// <summary>The session that a trace is of.</summary>
/// <param name="LocalId">This agent.</param>
/// <param name="PeerId">The other end: a peer, or a relay's key.</param>
/// <param name="IsRelay">Whether the other end is a relay that this agent holds.</param>
/// <param name="IsInitiator">Whether this agent began the session.</param>
/// <param name="Start">When, by the clock on the wall.</param>
public sealed record QlogSession(AgentId LocalId, AgentId PeerId, bool IsRelay, bool IsInitiator, DateTimeOffset Start);
