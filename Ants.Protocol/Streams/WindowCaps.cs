namespace Ants.Protocol.Streams;

/// <summary>How far the receive windows may grow; the session's cap is the most that a peer can make this end hold.</summary>
/// <param name="SessionBytes">The cap of the session's window.</param>
/// <param name="StreamBytes">The cap of each stream's window.</param>
internal readonly record struct WindowCaps(ulong SessionBytes, ulong StreamBytes)
{
    /// <summary>
    /// 16 MiB per stream fill 1.3 Gbit/s at 100 ms (and 650 Mbit/s at 200 ms, across an ocean). A session has half as
    /// much again, so that one busy stream leaves room for the others.
    /// </summary>
    public static readonly WindowCaps Default = new(24 * 1024 * 1024, 16 * 1024 * 1024);
}
