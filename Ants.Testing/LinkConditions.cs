namespace Ants.Testing;

/// <summary>
/// What a link does to the datagrams that cross it, one way. Datagrams keep their order on a link, jitter included, but
/// for those that <see cref="Reordering"/> picks.
/// </summary>
public sealed record LinkConditions
{
    /// <summary>Bytes of headers before the payload of a datagram over IPv4: 20 of IP and 8 of UDP.</summary>
    public const int Ipv4HeaderSize = 28;

    /// <summary>Bytes of headers before the payload of a datagram over IPv6: 40 of IP and 8 of UDP.</summary>
    public const int Ipv6HeaderSize = 48;

    /// <summary>A link that does nothing to datagrams that fit an Ethernet frame.</summary>
    public static LinkConditions Ideal { get; } = new();

    /// <summary>Time from one end to the other.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Time that is added at random: from nothing to this, evenly.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The share of datagrams that is lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of datagrams that arrives twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>The share of datagrams that is held back so that later ones may overtake them, 0 to 1.</summary>
    public double Reordering { get; init; }

    /// <summary>The longest that a datagram is held back by <see cref="Reordering"/>.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The share of datagrams in which up to three bits are flipped, 0 to 1. UDP's checksum would catch most of this; it
    /// stands for the networks that break it, and for attackers.
    /// </summary>
    public double Corruption { get; init; }

    /// <summary>Bits per second, headers included; zero for no limit.</summary>
    public long Bandwidth { get; init; }

    /// <summary>
    /// Bytes that wait for a link of limited <see cref="Bandwidth"/> before more are dropped, headers included;
    /// <see langword="null"/> for what the link carries in 100 ms, a common depth of routers, but no less than ten
    /// Ethernet frames.
    /// </summary>
    public int? QueueBytes { get; init; }

    /// <summary>
    /// The largest packet that passes, headers included: <see cref="Ipv4HeaderSize"/> or <see cref="Ipv6HeaderSize"/> and
    /// the payload. Larger ones are dropped without a word, but refused on a host's own uplink.
    /// </summary>
    public int Mtu { get; init; } = 1500;

    internal long QueueLimit => QueueBytes ?? Math.Max(Bandwidth / 8 / 10, 10 * 1500);
}
