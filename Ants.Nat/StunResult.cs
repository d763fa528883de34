using System.Net;

namespace Ants.Nat;

/// <summary>What a finished STUN transaction found out.</summary>
/// <param name="Server">The server that was asked.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="MappedAddress">This socket's address as the server saw it; set on success only.</param>
/// <param name="RoundTrip">
/// The round trip to the server; null unless the answer belongs to the only request sent. After a retransmission nobody
/// knows which request was answered (Karn's algorithm, RFC 6298 section 3).
/// </param>
/// <param name="ErrorCode">The server's error code (300 to 699) where it refused, else 0.</param>
/// <param name="OtherAddress">Where else the server says that it answers, both address and port; as it says, unchecked.</param>
/// <param name="OtherPort">By which other port of the same address the server says that it answers, unchecked; 0 for none.</param>
public sealed record StunResult(
    IPEndPoint Server,
    StunOutcome Outcome,
    IPEndPoint? MappedAddress = null,
    TimeSpan? RoundTrip = null,
    int ErrorCode = 0,
    IPEndPoint? OtherAddress = null,
    int OtherPort = 0)
{
    /// <summary>The server-reflexive candidate that the result stands for, or null.</summary>
    public Candidate? ToCandidate() =>
        MappedAddress is null ? null : new Candidate(CandidateKind.ServerReflexive, MappedAddress);
}
