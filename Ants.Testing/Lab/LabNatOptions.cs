namespace Ants.Testing.Lab;

/// <summary>What a NAT of the lab is, where its behaviour alone does not say it. Immutable.</summary>
/// <param name="Behaviour">How it maps and filters IPv4.</param>
public sealed record LabNatOptions(LabNatBehaviour Behaviour)
{
    /// <summary>
    /// The carrier's NAT (RFC 6888) that this one is behind: its public side is then a private address of the carrier's. Default: null, it is
    /// on the public network.
    /// </summary>
    public LabNat? Behind { get; init; }

    /// <summary>Whether it is a carrier's: behind it are homes, in 100.64.0.0/10 (RFC 6598). Default: no, behind it are hosts.</summary>
    public bool IsCarrier { get; init; }

    /// <summary>
    /// Whether it turns around what one of its inside sends to the public port of another, which sees the sender's public port (RFC 4787 REQ-9,
    /// as RFC 6888 REQ-1 asks of carriers). Default: no, it drops that.
    /// </summary>
    public bool Hairpins { get; init; }

    /// <summary>
    /// How long it keeps a UDP mapping that nothing passes by, answered or not, in whole seconds. Default: null, what Linux does, 30 s until a
    /// flow has gone both ways for two seconds, then 120 s.
    /// </summary>
    public TimeSpan? MappingLifetime { get; init; }

    /// <summary>
    /// Whether its hosts have global IPv6 addresses too, which it does not translate, behind a firewall that lets in answers alone
    /// (RFC 6092). Default: no.
    /// </summary>
    public bool HasIPv6 { get; init; }
}
