using Ants.Nat;

namespace Ants;

/// <summary>Why a session is relayed, or how it came to be direct, at one moment. Immutable.</summary>
public sealed record TraversalReport
{
    /// <summary>Who is at the other end.</summary>
    public required AgentId PeerId { get; init; }

    /// <summary>The path in use, or the last one when none works at present.</summary>
    public required PathChange Path { get; init; }

    /// <summary>Where this agent told the peer that it may be reached, best first.</summary>
    public required IReadOnlyList<Candidate> Local { get; init; }

    /// <summary>Where the peer says that it may be reached, best first.</summary>
    public required IReadOnlyList<Candidate> Remote { get; init; }

    /// <summary>What the two can do about what stands between them.</summary>
    public required PairOutlook Outlook { get; init; }

    /// <summary>How often all addresses were tried since the search began; it begins anew when a direct path is lost or addresses change.</summary>
    public required int Attempts { get; init; }

    /// <summary>
    /// What was tried, and with what result: each address of <see cref="Remote"/> and those that the peer's packets were seen to come from. Counts
    /// are of the present search, or of the one that found the direct path.
    /// </summary>
    public required IReadOnlyList<ProbedAddress> Tried { get; init; }

    /// <summary>Why the session is relayed; <see cref="RelayedReason.None"/> when it is direct.</summary>
    public required RelayedReason Reason { get; init; }

    /// <summary>For people: why the session is relayed and what would change it, or by which way it is direct. One to three sentences of English.</summary>
    public required string Explanation { get; init; }

    /// <summary><see cref="Explanation"/>.</summary>
    public override string ToString() => Explanation;
}
