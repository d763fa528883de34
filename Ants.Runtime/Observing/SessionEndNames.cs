using Ants.Protocol.Sessions;

namespace Ants.Observing;

/// <summary>The words for how a session ended, in metrics and activities: they stand still when code is renamed.</summary>
internal static class SessionEndNames
{
    public static string Of(SessionEndCause cause) => cause switch
    {
        SessionEndCause.Local => "closed",
        SessionEndCause.Peer => "peer_closed",
        SessionEndCause.PeerRestarted => "peer_restarted",
        SessionEndCause.Refused => "refused",
        SessionEndCause.NoPath => "no_path",
        SessionEndCause.HandshakeTimeout => "no_answer",
        _ => "protocol_violation",
    };
}
