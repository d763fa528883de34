namespace Ants.Nat;

/// <summary>
/// Whose packets a NAT, or a firewall where there is no NAT, lets in at a port from which something was sent (RFC 4787
/// section 5). The greater value is the stricter one.
/// </summary>
public enum FilteringBehaviour
{
    /// <summary>Not known: no server that answered can send from elsewhere.</summary>
    Unknown = 0,

    /// <summary>Anybody's.</summary>
    EndpointIndependent,

    /// <summary>Those of addresses that were sent to, from any of their ports.</summary>
    AddressDependent,

    /// <summary>Those of addresses and ports that were sent to.</summary>
    AddressAndPortDependent,
}
