namespace Ants.Protocol.Relaying;

/// <summary>What a DATAGRAM payload turned out to be.</summary>
internal enum TunnelEvent : byte
{
    /// <summary>Of concern to the tunnel alone.</summary>
    None,

    /// <summary>A packet, and it is known of which agent.</summary>
    Packet,

    /// <summary>UNREACHABLE or REACHABLE.</summary>
    Hint,

    /// <summary>A packet whose alias is not known; it is dropped, and the answer says so.</summary>
    UnknownAlias,

    /// <summary>None of the forms.</summary>
    Malformed,
}
