namespace Ants;

/// <summary>
/// A peer that asks for a session. It has proved that it holds the key of <paramref name="PeerId"/>; whether that key is
/// welcome is for <see cref="AntsOptions.Authorize"/> to say.
/// </summary>
/// <param name="PeerId">Who asks.</param>
/// <param name="Via">How the request came in.</param>
public sealed record PeerRequest(AgentId PeerId, PathKind Via);
