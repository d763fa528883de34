namespace Ants.Protocol.Relaying;

/// <summary>The first byte of each DATAGRAM between an agent and its relay.</summary>
internal enum RelayMessageType : byte
{
    /// <summary>A packet for, or from, the agent with this id; it also binds an alias to the id.</summary>
    Named = 0x00,

    /// <summary>A packet for, or from, the agent to which an alias is bound.</summary>
    Aliased = 0x01,

    /// <summary>The receiver of <see cref="Named"/> knows the alias now.</summary>
    Bound = 0x02,

    /// <summary>The receiver of <see cref="Aliased"/> does not know the alias, and has dropped the packet.</summary>
    Unbound = 0x03,

    /// <summary>From the relay: the agent is not registered here. A hint that something should be done, and no proof.</summary>
    Unreachable = 0x04,

    /// <summary>From the relay: an agent that could not be reached a while ago has registered.</summary>
    Reachable = 0x05,

    /// <summary>From an agent: packets for a connection id of another agent are to be forwarded beside the session with the relay.</summary>
    Forward = 0x06,

    /// <summary>Answers <see cref="Forward"/>: under which id the relay takes them, and how long they may be.</summary>
    Forwarded = 0x07,

    /// <summary>From the relay: a packet was too long for the way to its agent, and how long it may be.</summary>
    TooBig = 0x08,
}
