using System.Net;
using Ants.Nat;

namespace Ants;

/// <summary>
/// What an agent knows of the network that it is in: how it is seen from outside, what lets packets in, and what that means for its peers.
/// Immutable; about one moment.
/// </summary>
public sealed record NatReport
{
    /// <summary>IPv4, then IPv6: the host's addresses and what stands before them.</summary>
    public required IReadOnlyList<FamilyReport> Families { get; init; }

    /// <summary>Whether UDP passes between this host and its relays.</summary>
    public required UdpReach Udp { get; init; }

    /// <summary>The relays that are held or called, in the order in which they were named.</summary>
    public required IReadOnlyList<RelayReport> Relays { get; init; }

    /// <summary>What routers were asked for and gave.</summary>
    public required PortMappingReport PortMapping { get; init; }

    /// <summary>Where the owner says that the agent may be reached.</summary>
    public required IReadOnlyList<IPEndPoint> AdvertisedAddresses { get; init; }

    /// <summary>The UDP port of the agent's socket.</summary>
    public required int Port { get; init; }

    /// <summary>Whether all that runs in the background to find this out has come to an end; if not, a later report may say more.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>
    /// For people: from where peers reach this agent directly, and what would change it if not all do. One to three sentences of English.
    /// </summary>
    public required string Explanation { get; init; }

    /// <summary><see cref="Explanation"/>.</summary>
    public override string ToString() => Explanation;
}
