namespace Ants.Protocol.Sessions;

/// <summary>How a session ended.</summary>
/// <param name="Cause">Who or what ended it.</param>
/// <param name="Code">The error code of the CLOSE frame, or one that fits.</param>
/// <param name="Reason">A sentence for a person; of the peer's making when the peer closed.</param>
internal sealed record SessionEnd(SessionEndCause Cause, SessionErrorCode Code, string Reason);
