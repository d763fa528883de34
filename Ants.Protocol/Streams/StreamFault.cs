namespace Ants.Protocol.Streams;

/// <summary>What a frame of the peer's did wrong; the session must be closed with it.</summary>
/// <param name="Code"><see cref="SessionErrorCode.None"/>: nothing is wrong.</param>
/// <param name="Reason">For the CLOSE frame and the log.</param>
internal readonly record struct StreamFault(SessionErrorCode Code, string Reason)
{
    public static readonly StreamFault None = new(SessionErrorCode.None, "");

    public bool IsNone => Code == SessionErrorCode.None;
}
