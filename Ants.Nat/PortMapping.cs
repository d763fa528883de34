using System.Net;

namespace Ants.Nat;

/// <summary>A mapping that a router holds for this agent now. Immutable.</summary>
/// <param name="Protocol">By which protocol it was made; exactly one.</param>
/// <param name="Gateway">The router that holds it, and by which of our addresses.</param>
/// <param name="Internal">The agent's own address and port.</param>
/// <param name="External">Where peers reach it.</param>
/// <param name="Lifetime">
/// How long the router keeps it from its last renewal on, and so the longest that it outlives an agent that was killed;
/// <see cref="TimeSpan.Zero"/> for one that stays until it is deleted, from a router that gives no other.
/// </param>
public sealed record PortMapping(
    PortMappingProtocols Protocol, NetworkGateway Gateway, IPEndPoint Internal, IPEndPoint External, TimeSpan Lifetime)
{
    /// <summary>
    /// Whether the router's own external address is a private one: it stands behind another NAT, which the mapping does not
    /// open. Only peers behind that other NAT reach <see cref="External"/>.
    /// </summary>
    public bool IsBehindAnotherNat => AddressScopes.Of(External.Address) == AddressScope.Private;
}
