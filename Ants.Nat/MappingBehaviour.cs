namespace Ants.Nat;

/// <summary>
/// When a NAT uses one external address and port again for packets from one internal address and port (RFC 4787 section
/// 4.1). The greater value depends on more, and is the harder one to punch through.
/// </summary>
public enum MappingBehaviour
{
    /// <summary>Not known: too few answers came.</summary>
    Unknown = 0,

    /// <summary>Nothing is translated: servers see the host's own address and port. A firewall may still filter.</summary>
    NoNat,

    /// <summary>For all destinations: what a server sees is where peers may come in.</summary>
    EndpointIndependent,

    /// <summary>For all ports of one destination address; another address sees another port.</summary>
    AddressDependent,

    /// <summary>For one destination address and port alone.</summary>
    AddressAndPortDependent,
}
