using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>Says how a session ended in the words of the public API.</summary>
internal static class SessionEnds
{
    public static AntsException ToException(AgentId peer, SessionEnd end) => end.Cause switch
    {
        SessionEndCause.Local => new AntsException(AntsError.Closed, $"This side closed the session with {peer}: {end.Reason}."),
        SessionEndCause.Peer when end.Code == SessionErrorCode.None =>
            new AntsException(AntsError.PeerClosed, $"The peer {peer} closed the session: {end.Reason}."),
        SessionEndCause.Peer when end.Code is SessionErrorCode.Refused or SessionErrorCode.Busy => Refused(peer, end),
        SessionEndCause.Peer when end.Code == SessionErrorCode.Superseded =>
            new AntsException(AntsError.Superseded, $"A newer session with {peer} has taken this one's place."),
        SessionEndCause.Peer when end.Code == SessionErrorCode.GoingAway =>
            new AntsException(AntsError.PeerClosed, $"The peer {peer} is stopping: {end.Reason}."),
        SessionEndCause.Peer => new AntsException(AntsError.ProtocolViolation,
            $"The peer {peer} closed the session with error {end.Code}: {end.Reason}."),
        SessionEndCause.PeerRestarted => new AntsException(AntsError.PeerRestarted,
            $"The peer {peer} has restarted and no longer knows the session. Connect again; what was under way is lost."),
        SessionEndCause.Refused => Refused(peer, end),
        SessionEndCause.NoPath => new AntsException(AntsError.NoPath, $"No path to {peer} has worked for too long: {end.Reason}."),
        SessionEndCause.HandshakeTimeout => new AntsException(AntsError.ConnectTimeout, $"The peer {peer} did not answer: {end.Reason}"),
        _ => new AntsException(AntsError.ProtocolViolation, $"The session with {peer} broke the protocol: {end.Reason}."),
    };

    public static CloseReason ToReason(SessionEnd end, AntsException exception)
    {
        bool clean = end.Cause is SessionEndCause.Local or SessionEndCause.Peer
            && end.Code is SessionErrorCode.None or SessionErrorCode.GoingAway;
        return new CloseReason(clean, exception.Error, clean ? end.Reason : exception.Message);
    }

    private static AntsException Refused(AgentId peer, SessionEnd end) =>
        new(AntsError.PeerRefused, $"The peer {peer} refused the session: {end.Reason}.");
}
