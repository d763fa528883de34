namespace Ants.Protocol.Streams;

/// <summary>What one end allows the other to open and to send; both ends tell theirs in the transport parameters.</summary>
/// <param name="Streams">Streams that the other end may have open at once.</param>
/// <param name="SessionBytes">Bytes on all streams together before the first MAX_DATA.</param>
/// <param name="StreamBytes">Bytes on each stream before its first MAX_STREAM_DATA.</param>
internal readonly record struct StreamLimits(ulong Streams, ulong SessionBytes, ulong StreamBytes)
{
    /// <summary>
    /// 128 streams: RFC 9114 section 6.1 asks for at least 100, so that requests are not made to wait.
    /// 256 KiB per stream fill 40 Mbit/s at 50 ms at once, and after that double each round trip while they are the
    /// bottleneck. 1 MiB per session is what a peer that has shown nothing yet may make us hold: four such streams.
    /// </summary>
    public static readonly StreamLimits Default = new(128, 1024 * 1024, 256 * 1024);
}
