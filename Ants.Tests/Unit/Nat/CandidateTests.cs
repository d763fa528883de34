using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class CandidateTests
{
    [Test]
    public void Kinds_rank_by_how_directly_they_reach_and_IPv6_comes_first_within_a_kind()
    {
        IEnumerable<string> ranked =
            from kind in Enum.GetValues<CandidateKind>()
            from address in new[] { "192.0.2.1:1", "[2001:db8::1]:1" }
            let candidate = new Candidate(kind, IPEndPoint.Parse(address))
            orderby candidate.Priority descending
            select $"{kind} {candidate.Endpoint.AddressFamily}";

        Assert.That(ranked, Is.EqualTo(new[]
        {
            "Host InterNetworkV6", "Host InterNetwork",
            "Advertised InterNetworkV6", "Advertised InterNetwork",
            "Mapped InterNetworkV6", "Mapped InterNetwork",
            "PeerReflexive InterNetworkV6", "PeerReflexive InterNetwork",
            "ServerReflexive InterNetworkV6", "ServerReflexive InterNetwork",
        }));
    }

    [Test]
    public void A_candidate_does_not_follow_changes_of_the_endpoint_it_was_made_from()
    {
        IPEndPoint endpoint = IPEndPoint.Parse("192.0.2.1:1");
        Candidate candidate = new(CandidateKind.Host, endpoint);
        endpoint.Port = 2;

        Assert.That(candidate.Endpoint.Port, Is.EqualTo(1));
        Assert.That(candidate, Is.EqualTo(new Candidate(CandidateKind.Host, IPEndPoint.Parse("[::ffff:192.0.2.1]:1"))));
    }
}
