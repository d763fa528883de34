namespace Ants.Nat;

/// <summary>All that explains from where an agent can be reached. Immutable.</summary>
internal sealed record NatSituation
{
    /// <summary>What the agent tells its peers.</summary>
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    public UdpReach Udp { get; init; }

    /// <summary>Whether it was told to stay behind its relays.</summary>
    public bool IsRelayOnly { get; init; }

    /// <summary>What came of asking routers.</summary>
    public required PortMappingReport PortMapping { get; init; }
}
