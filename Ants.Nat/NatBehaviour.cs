using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// What the NATs and firewalls between this host and its STUN servers did, taken together, in one address family
/// (RFC 4787, found as RFC 5780 says). It is what was seen, which is no promise: a NAT may behave otherwise under load
/// (RFC 5780 section 1). Immutable.
/// </summary>
public sealed record NatBehaviour
{
    /// <summary>Whether this is about IPv4 or IPv6.</summary>
    public required AddressFamily Family { get; init; }

    /// <summary>
    /// When an external port is used again: the <em>least</em> dependent behaviour that explains what was seen. See
    /// <see cref="IsMappingExact"/>.
    /// </summary>
    public MappingBehaviour Mapping { get; init; }

    /// <summary>
    /// Whether the more dependent behaviours are ruled out too. They are not where servers differed in too little: two
    /// ports of one server that see the same leave open whether another <em>address</em> would (then
    /// <see cref="Mapping"/> is <see cref="MappingBehaviour.EndpointIndependent"/>, not exact), and two addresses that
    /// see different ports leave open whether another port of one of them would
    /// (<see cref="MappingBehaviour.AddressDependent"/>, not exact).
    /// </summary>
    public bool IsMappingExact { get; init; }

    /// <summary>
    /// Whose packets are let in: the <em>least</em> strict behaviour that explains what was seen. See
    /// <see cref="IsFilteringExact"/>.
    /// </summary>
    public FilteringBehaviour Filtering { get; init; }

    /// <summary>
    /// Whether the stricter behaviours are ruled out too. They are not where no server could answer from another address:
    /// an answer from another port that comes through leaves open whether one from another address would (then
    /// <see cref="Filtering"/> is <see cref="FilteringBehaviour.EndpointIndependent"/>, not exact).
    /// </summary>
    public bool IsFilteringExact { get; init; }

    /// <summary>The strictest behaviour that is not ruled out: what a peer should reckon with.</summary>
    public FilteringBehaviour StrictestFiltering => (Filtering, IsFilteringExact) switch
    {
        (FilteringBehaviour.EndpointIndependent, false) => FilteringBehaviour.AddressDependent,
        (FilteringBehaviour.AddressDependent, false) => FilteringBehaviour.AddressAndPortDependent,
        _ => Filtering,
    };

    /// <summary>Which external port a new mapping gets.</summary>
    public PortAllocation Allocation { get; init; }

    /// <summary>
    /// How far each new mapping's port is from that of the one before, where <see cref="Allocation"/> is
    /// <see cref="PortAllocation.Sequential"/>; may be negative. Else 0.
    /// </summary>
    public int AllocationStep { get; init; }

    /// <summary>
    /// Whether a host behind the NAT reaches another one there by its external address (RFC 4787 section 6); null if it
    /// is not known, or there is no NAT.
    /// </summary>
    public bool? Hairpinning { get; init; }

    /// <summary>
    /// A silence after which a mapping was still there: it lives at least so long, and maybe longer. Null until one was
    /// seen to hold. It grows over minutes, and over runs, as longer ones are tried.
    /// </summary>
    public TimeSpan? BindingLifetime { get; init; }

    /// <summary>
    /// The host's addresses as servers saw them, each once. More than one: the NAT has a pool, and does not keep to one of
    /// its addresses for a host (RFC 4787 section 4.1, "arbitrary").
    /// </summary>
    public IReadOnlyList<IPAddress> ExternalAddresses { get; init; } = [];

    /// <summary>When it was found out.</summary>
    public DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Whether it was remembered from an earlier visit to this network, and is not yet found out anew.</summary>
    public bool FromCache { get; init; }

    /// <summary>
    /// What people call it, after RFC 3489: "no NAT", "firewall", "full-cone NAT", "address-restricted NAT", "port-restricted NAT",
    /// "symmetric NAT", two of them where the servers could not tell them apart, or "NAT" while not enough is known. RFC 4787 is more exact, and
    /// nobody says its words aloud.
    /// </summary>
    public string CommonName => Mapping switch
    {
        MappingBehaviour.NoNat => Filtering is FilteringBehaviour.Unknown or FilteringBehaviour.EndpointIndependent ? "no NAT" : "firewall",
        MappingBehaviour.AddressDependent or MappingBehaviour.AddressAndPortDependent => "symmetric NAT",
        MappingBehaviour.EndpointIndependent => (Filtering, IsFilteringExact) switch
        {
            (FilteringBehaviour.EndpointIndependent, true) => "full-cone NAT",
            (FilteringBehaviour.EndpointIndependent, false) => "full-cone or address-restricted NAT",
            (FilteringBehaviour.AddressDependent, true) => "address-restricted NAT",
            (FilteringBehaviour.AddressDependent, false) => "address- or port-restricted NAT",
            (FilteringBehaviour.AddressAndPortDependent, _) => "port-restricted NAT",
            _ => "NAT",
        },
        _ => "NAT",
    };
}
