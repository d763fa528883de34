namespace Ants.Protocol.Sessions;

/// <summary>Kinds of <see cref="SessionEvent"/>.</summary>
internal enum SessionEventKind : byte
{
    /// <summary>Keys are agreed and the peer is live.</summary>
    Established,

    /// <summary>Another path carries the data now, or the same leads elsewhere.</summary>
    PathChanged,

    /// <summary>A direct path stopped working: time to gather and punch again.</summary>
    DirectPathFailed,

    /// <summary>The peer asks on a direct path in use whether we are there: it may see us at another address than before.</summary>
    Doubted,

    /// <summary>The path in use has been silent under probing, and there is no other: time to look for one.</summary>
    PathSuspected,

    /// <summary>Something happened to a stream.</summary>
    Stream,

    /// <summary>Datagrams have arrived and wait to be taken.</summary>
    Datagrams,

    /// <summary>The peer told where it may be reached.</summary>
    Candidates,

    /// <summary>No path works any more.</summary>
    Dormant,

    /// <summary>A dormant session heard from its peer.</summary>
    Revived,

    /// <summary>The session is over.</summary>
    Closed,
}
