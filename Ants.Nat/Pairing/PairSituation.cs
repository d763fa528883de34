namespace Ants.Nat;

/// <summary>All that explains why one session is relayed or direct. Immutable.</summary>
internal sealed record PairSituation
{
    /// <summary>The address in use while the session is direct; null while it is relayed.</summary>
    public Candidate? Direct { get; init; }

    /// <summary>Whether this agent was told to stay behind its relays.</summary>
    public bool IsRelayOnly { get; init; }

    public UdpReach Udp { get; init; }

    /// <summary>What this agent tells the peer.</summary>
    public required IReadOnlyList<Candidate> Local { get; init; }

    /// <summary>What the peer told.</summary>
    public required IReadOnlyList<Candidate> Remote { get; init; }

    public required PairOutlook Outlook { get; init; }

    /// <summary>What came of asking this side's routers.</summary>
    public required PortMappingReport PortMapping { get; init; }

    /// <summary>Probes sent in this session.</summary>
    public int Probes { get; init; }

    /// <summary>Whether the attempts that follow each other quickly are over, or a whole one has failed.</summary>
    public bool WasTried { get; init; }
}
