namespace Ants;

/// <summary>What went wrong: one member for each failure that a caller can tell apart and act on.</summary>
public enum AntsError
{
    /// <summary>An option is missing, out of range, or contradicts another one.</summary>
    InvalidOptions = 1,

    /// <summary>The identity file cannot be read, is not one, needs another passphrase, or is open to other users.</summary>
    IdentityUnreadable,

    /// <summary>Another agent is running on the same identity file.</summary>
    IdentityLocked,

    /// <summary>The UDP port asked for is taken by another program.</summary>
    AddressInUse,

    /// <summary>No relay that was named answered in time.</summary>
    RelayUnreachable,

    /// <summary>A relay answered, and proved another key than its address names.</summary>
    RelayKeyMismatch,

    /// <summary>The peer is not connected to any relay that was named, and answered at no direct address.</summary>
    PeerUnreachable,

    /// <summary>The peer was reached and does not want this session; the message holds its reason.</summary>
    PeerRefused,

    /// <summary>The peer closed the session in order.</summary>
    PeerClosed,

    /// <summary>The peer's process started anew: it no longer knows the session, and what was in flight is lost.</summary>
    PeerRestarted,

    /// <summary>No path to the peer worked for longer than <see cref="AntsOptions.SessionLinger"/>.</summary>
    NoPath,

    /// <summary>The peer serves no protocol of the name that the stream was opened with.</summary>
    ProtocolNotServed,

    /// <summary>One side gave the stream up before its end; the session lives on.</summary>
    StreamAborted,

    /// <summary>Another agent with the same identity registered at the relay later: it has taken over.</summary>
    Superseded,

    /// <summary>The peer's relay knows it, and no session stood before <see cref="AntsOptions.ConnectTimeout"/> ended.</summary>
    ConnectTimeout,

    /// <summary>This side closed the session or the agent.</summary>
    Closed,

    /// <summary>The other end broke the protocol; the message names the rule.</summary>
    ProtocolViolation,

    /// <summary>The operating system refused a socket for a reason other than a port in use.</summary>
    NetworkUnavailable,
}
