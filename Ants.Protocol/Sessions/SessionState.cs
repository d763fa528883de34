namespace Ants.Protocol.Sessions;

/// <summary>Where a session is in its life.</summary>
internal enum SessionState : byte
{
    /// <summary>The handshake is under way; streams may be opened and wait.</summary>
    Connecting,

    /// <summary>We answered a handshake; nothing takes effect until a packet proves that the initiator is live.</summary>
    Unconfirmed,

    Established,

    /// <summary>No path works; timers are off until something is heard.</summary>
    Dormant,

    /// <summary>CLOSE was sent or received; late packets are still recognised for a while.</summary>
    Draining,

    Closed,
}
