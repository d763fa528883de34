namespace Ants.Testing.Lab;

/// <summary>What stands between an agent and the public network. <see cref="LabHome"/> builds each of them.</summary>
public enum LabHomeKind
{
    /// <summary>Nothing but a firewall that lets everything pass: the host has a public address.</summary>
    Open,

    /// <summary>One public port per socket, open to everyone once the socket has sent.</summary>
    FullCone,

    /// <summary>One public port per socket, open to all ports of the addresses that it has sent to.</summary>
    AddressRestricted,

    /// <summary>The usual home router: one public port per socket, open to whom the socket has sent.</summary>
    PortRestricted,

    /// <summary>Another random public port for each destination.</summary>
    Symmetric,

    /// <summary>Another public port for each destination, always the next one.</summary>
    Sequential,

    /// <summary>Symmetric, and its owner has forwarded a port to the agent by hand.</summary>
    PortForwarded,

    /// <summary>Symmetric, with a router (miniupnpd) that maps ports by PCP, NAT-PMP and UPnP.</summary>
    Mapped,

    /// <summary>Port-restricted, with the same router.</summary>
    MappedPortRestricted,

    /// <summary>Symmetric; the agent asks its router by PCP alone.</summary>
    MappedByPcp,

    /// <summary>Symmetric; the agent asks its router by NAT-PMP alone.</summary>
    MappedByNatPmp,

    /// <summary>Symmetric; the router speaks UPnP alone.</summary>
    MappedByUpnp,

    /// <summary>The usual home router, behind a carrier's NAT that is port-restricted too: double NAT, 100.64.0.0/10 between the two.</summary>
    Carrier,

    /// <summary>The usual home router, behind a carrier's NAT that is symmetric.</summary>
    SymmetricCarrier,

    /// <summary>
    /// Two usual home routers behind one carrier's NAT, port-restricted, which turns around what one sends to the other's public port.
    /// </summary>
    SharedCarrier,

    /// <summary>IPv4 behind a symmetric NAT, and a global IPv6 address behind a firewall that lets in answers alone.</summary>
    IPv6Firewall,

    /// <summary>Port-restricted, and forgets a mapping that nothing has passed by for 20 s, answered or not.</summary>
    ShortLived,

    /// <summary>Two hosts in one network, behind one port-restricted NAT that nobody inside reaches by its public address (no hairpin).</summary>
    SameLan,

    /// <summary>Port-restricted, behind a firewall that drops all UDP.</summary>
    UdpBlocked,

    /// <summary>Behind a firewall that lets nothing out but TCP to a proxy, which asks for a name and a password.</summary>
    ProxyOnly,
}
