using Ants.Observing;

namespace Ants;

/// <summary>
/// Traces of sessions, one for each, in the qlog format that qvis and other tools for QUIC read: every packet with its frames, losses, round
/// trips, congestion windows, and how the session moves between its paths.
/// </summary>
/// <remarks>
/// <para>
/// <b>What is in a trace:</b> ids of both agents, IP addresses and ports of both ends and of their candidates, connection ids, sizes and times of
/// everything, and the reasons of closes. No key, no reset token, no payload, no name of a protocol. Whoever reads it knows who talked with whom, from where, when
/// and how much: keep it like a packet capture.
/// </para>
/// <para>
/// Writing never holds a session up: what a slow disk does not take is left out, and the trace says how much. An error (a full disk, a folder that
/// cannot be written) ends the trace and nothing else, with one warning in the agent's log. A traced packet costs several microseconds of a core.
/// </para>
/// </remarks>
public sealed class QlogOptions
{
    // A header and a few events; less is a mistake in units.
    internal const long LeastBytes = 64 << 10;

    // What qvis still opens in a browser; some 400,000 packets.
    private const long DefaultMaxBytes = 64L << 20;

    // With the size above a bound on what a peer that calls again and again can make this agent write.
    private const int DefaultMaxSessions = 256;

    /// <summary>
    /// Opens where the trace of a session goes; <see langword="null"/> for a session that is not traced. Called once a session, not on the agent's own loop,
    /// so that it may take its time. The stream is disposed when the session is over.
    /// </summary>
    public required Func<QlogSession, Stream?> Open { get; set; }

    /// <summary>The most bytes of one trace; it ends there and says so. Default: 64 MiB.</summary>
    public long MaxBytes { get; set; } = DefaultMaxBytes;

    /// <summary>The most sessions that are traced by one agent, one after the other or at once. Default: 256; later ones are not.</summary>
    public int MaxSessions { get; set; } = DefaultMaxSessions;

    /// <summary>
    /// A file for each session in a folder, which is created if it is missing: <c>TIME_LOCAL_PEER_client.sqlog</c>, with the beginnings of the ids,
    /// readable for its owner alone.
    /// </summary>
    public static QlogOptions ToDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return new QlogOptions { Open = new TraceFolder(directory).Open };
    }
}
