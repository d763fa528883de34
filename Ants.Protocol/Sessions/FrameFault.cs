namespace Ants.Protocol.Sessions;

/// <summary>What a frame of the peer's did wrong, for the CLOSE frame and the log.</summary>
internal readonly record struct FrameFault(SessionErrorCode Code, string Reason)
{
    public static readonly FrameFault None = new(SessionErrorCode.None, "");

    public bool IsNone => Code == SessionErrorCode.None;
}
