namespace Ants.Nat;

/// <summary>What came of trying one of a peer's addresses. Immutable.</summary>
/// <param name="Candidate">The address, and how the peer knows it.</param>
/// <param name="Probes">How many probes were sent there since the search for a direct path began.</param>
/// <param name="IsInUse">Whether the session goes by it now. If not, nothing came back from it that opened a path.</param>
public sealed record ProbedAddress(Candidate Candidate, int Probes, bool IsInUse);
