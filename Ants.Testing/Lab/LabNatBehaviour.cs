namespace Ants.Testing.Lab;

/// <summary>How a <see cref="LabNat"/> maps and filters UDP, in the terms of RFC 4787.</summary>
public enum LabNatBehaviour
{
    /// <summary>No translation: the hosts have public addresses, and only a firewall that lets everything pass stands before them.</summary>
    Open,

    /// <summary>Endpoint-independent mapping and filtering: once a host has sent from a port, anyone may send to its public port.</summary>
    FullCone,

    /// <summary>Endpoint-independent mapping, address-dependent filtering: only addresses that were sent to may answer, from any port.</summary>
    AddressRestricted,

    /// <summary>Endpoint-independent mapping, address- and port-dependent filtering: the usual home router.</summary>
    PortRestricted,

    /// <summary>Address- and port-dependent mapping with random ports, address- and port-dependent filtering.</summary>
    Symmetric,

    /// <summary>Address- and port-dependent mapping, each new mapping the port after the last one's, address- and port-dependent filtering.</summary>
    SequentialSymmetric,

    /// <summary><see cref="Symmetric"/>, and its owner forwards ports by hand: see <see cref="LabNat.ForwardPortAsync"/>.</summary>
    PortForwarded,

    /// <summary>
    /// <see cref="PortRestricted"/> behind a firewall that drops all UDP and lets TCP out, until <see cref="LabNat.RestoreAsync"/>
    /// opens it.
    /// </summary>
    UdpBlocked,

    /// <summary>
    /// <see cref="PortRestricted"/> behind a firewall that lets nothing out, but to what <see cref="LabNat.LetOutOnlyTcpAsync"/> names:
    /// a proxy.
    /// </summary>
    ProxyOnly,
}
