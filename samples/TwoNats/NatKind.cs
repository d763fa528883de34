namespace Ants.Samples.TwoNats;

/// <summary>What stands between an agent of the demo and the public network.</summary>
internal enum NatKind
{
    /// <summary>Nothing but a firewall that lets everything pass.</summary>
    Open,

    /// <summary>The usual home router: one public port per socket, open to whom the socket has sent.</summary>
    PortRestricted,

    /// <summary>One public port per socket, open to everyone once the socket has sent.</summary>
    FullCone,

    /// <summary>Another random public port for each destination.</summary>
    Symmetric,

    /// <summary>Symmetric, and its owner has forwarded a port to the agent by hand.</summary>
    PortForwarded,

    /// <summary>Port-restricted, behind a firewall that drops all UDP.</summary>
    UdpBlocked,

    /// <summary>Behind a firewall that lets nothing out but TCP to a proxy, which asks for a name and a password.</summary>
    ProxyOnly,
}
