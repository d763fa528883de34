namespace Ants.Testing;

/// <summary>Why a datagram did not arrive.</summary>
public enum DropReason
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>A link lost it: <see cref="LinkConditions.Loss"/>.</summary>
    Loss,

    /// <summary>The queue before a link of limited bandwidth was full.</summary>
    QueueFull,

    /// <summary>It was larger than a link on its way takes.</summary>
    TooBig,

    /// <summary>The way between the two hosts was cut.</summary>
    Cut,

    /// <summary>A rule of the test blocked it.</summary>
    Blocked,

    /// <summary>Nothing has the address that it was sent to.</summary>
    NoRoute,

    /// <summary>No mapping of the NAT has the port that it was sent to.</summary>
    NatUnmapped,

    /// <summary>The NAT's filtering does not let this sender in.</summary>
    NatFiltered,

    /// <summary>It was sent from behind a NAT to that NAT's own address, and the NAT does not hairpin.</summary>
    NatNoHairpin,

    /// <summary>The NAT has no port left for another mapping.</summary>
    NatPortsExhausted,

    /// <summary>The host is dead or disconnected.</summary>
    HostDown,

    /// <summary>No socket of the host is bound to the port.</summary>
    PortClosed,

    /// <summary>The socket's receive buffer was full.</summary>
    ReceiveBufferFull,
}
