namespace Ants.Protocol.Streams;

/// <summary>
/// The ids of streams. Bit 0 tells which end opened the stream: the agent with the lower id opens the even ones, the
/// other the odd ones, whoever began the session. The rest counts the opener's streams from zero. All streams are
/// bidirectional: a one-way use finishes the other direction at once.
/// </summary>
internal static class StreamId
{
    /// <summary>RFC 9000 section 4.6, with one type bit instead of two: more streams would have ids above 2^62 - 1.</summary>
    public const ulong MaxCount = 1UL << 61;

    public static bool IsEven(ulong id) => (id & 1) == 0;

    /// <summary>How many streams the opener opened before this one.</summary>
    public static ulong Index(ulong id) => id >> 1;

    public static ulong At(ulong index, bool even) => (index << 1) | (even ? 0UL : 1UL);
}
