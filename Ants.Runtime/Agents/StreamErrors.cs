namespace Ants.Agents;

/// <summary>Error codes of RESET_STREAM and STOP_SENDING. Codes from 0x100 are the runtime's; see docs/protocol.md.</summary>
internal static class StreamErrors
{
    /// <summary>One side gave the stream up.</summary>
    public const ulong Aborted = 0x100;

    /// <summary>The stream's protocol is not served.</summary>
    public const ulong ProtocolNotServed = 0x101;

    /// <summary>The handler of the stream failed.</summary>
    public const ulong HandlerFailed = 0x102;

    /// <summary>The exception by which the application hears of <paramref name="code"/>.</summary>
    public static AntsException ToException(ulong code) => code switch
    {
        ProtocolNotServed => new AntsException(AntsError.ProtocolNotServed,
            "The peer serves no protocol of the name that the stream was opened with."),
        HandlerFailed => new AntsException(AntsError.StreamAborted, "The peer's handler of this stream failed."),
        _ => new AntsException(AntsError.StreamAborted, "The peer gave this stream up before its end."),
    };
}
