using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;

namespace Ants.Protocol.Sessions;

/// <summary>How a session behaves, as its owner wants it.</summary>
internal sealed record SessionOptions
{
    // RFC 4787 requires UDP mappings to last two minutes; many last 30 s. 25 s stays below those.
    public static readonly TimeSpan DefaultKeepAlive = TimeSpan.FromSeconds(25);

    // One for all sessions that do not ask for another.
    private static readonly byte[] s_suites = CipherSuites.Offer.ToArray();

    /// <summary>The cipher suites that a handshake of ours offers, the preferred first; those of <see cref="CipherSuites.Offer"/> at most.</summary>
    public byte[] Suites { get; init; } = s_suites;

    /// <summary>What the peer is told.</summary>
    public TransportParameters Parameters { get; init; } = new();

    /// <summary>Chooses among usable paths.</summary>
    public IPathSelector Selector { get; init; } = new DirectFirstSelector();

    /// <summary>Makes the congestion controller of a path whose packets have at most so many bytes.</summary>
    public Func<int, ICongestionController> Congestion { get; init; } = static size => new Cubic(size);

    /// <summary>
    /// Whether DATAGRAMs obey the congestion window. A relay session's do not: they carry packets of sessions that have
    /// congestion control of their own, and two controllers in a row starve each other.
    /// </summary>
    public bool GateDatagrams { get; init; } = true;

    // Half of what DESIGN allows a key of AES-GCM (2^23), so that an update that waits for an acknowledgement still comes before it.
    private const ulong DefaultKeyUpdatePackets = 1UL << 22;

    // RFC 9001 appendix B.1: with packets below 2^11 bytes AES-GCM keeps its margin for 2^28 of them, about 300 GB. The last ones are
    // kept for CLOSE.
    private const ulong DefaultKeyLimitPackets = (1UL << 28) - 64;

    /// <summary>After so many packets under one key of which the peer has acknowledged none, the session ends.</summary>
    public ulong KeyLimitPackets { get; init; } = DefaultKeyLimitPackets;

    /// <summary>After so many packets, summed over all paths, the next one is sealed with the next key.</summary>
    public ulong KeyUpdatePackets { get; init; } = DefaultKeyUpdatePackets;

    /// <summary>A key that is older seals nothing: whoever gets hold of one later has ten minutes of traffic and no more.</summary>
    public TimeSpan KeyUpdateAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A path over UDP or a WebSocket that has been silent for this long sends a PING; zero: never.</summary>
    public TimeSpan KeepAlive { get; init; } = DefaultKeepAlive;

    /// <summary>Silence under probing for this long makes the session dormant: its timers stop until something revives it.</summary>
    public TimeSpan DormantAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A dormant session is closed after this long.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromHours(1);
}
