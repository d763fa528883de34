namespace Ants.Protocol.Sessions;

/// <summary>Who or what ended a session.</summary>
internal enum SessionEndCause : byte
{
    /// <summary>We did.</summary>
    Local,

    /// <summary>The peer sent CLOSE.</summary>
    Peer,

    /// <summary>The peer no longer knows the session: its process has restarted.</summary>
    PeerRestarted,

    /// <summary>The peer answered the handshake with a refusal.</summary>
    Refused,

    /// <summary>No path worked for too long, or nothing was heard within the idle timeout.</summary>
    NoPath,

    /// <summary>The handshake was not answered in time.</summary>
    HandshakeTimeout,

    /// <summary>The peer broke the protocol, and we closed.</summary>
    ProtocolViolation,
}
