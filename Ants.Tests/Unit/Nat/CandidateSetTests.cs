using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class CandidateSetTests
{
    [Test]
    public void Candidates_come_out_best_first()
    {
        CandidateSet set = new(CandidateFilter.Peer);
        set.Add(Of(CandidateKind.ServerReflexive, "192.0.2.1:1"));
        set.Add(Of(CandidateKind.Host, "10.0.0.1:1"));
        set.Add(Of(CandidateKind.Host, "[2001:db8::1]:1"));
        set.Add(Of(CandidateKind.Host, "10.0.0.2:1"));

        Assert.That(
            set.Select(candidate => candidate.Endpoint.ToString()),
            Is.EqualTo(new[] { "[2001:db8::1]:1", "10.0.0.1:1", "10.0.0.2:1", "192.0.2.1:1" }));
    }

    [Test]
    public void An_address_is_held_once_by_its_best_kind()
    {
        CandidateSet set = new(CandidateFilter.Peer);

        Assert.That(set.Add(Of(CandidateKind.ServerReflexive, "192.0.2.1:1")), Is.EqualTo(CandidateRefusal.None));
        Assert.That(set.Add(Of(CandidateKind.ServerReflexive, "[::ffff:192.0.2.1]:1")), Is.EqualTo(CandidateRefusal.Duplicate));
        Assert.That(set.Add(Of(CandidateKind.Host, "192.0.2.1:1")), Is.EqualTo(CandidateRefusal.None));
        Assert.That(set.Add(Of(CandidateKind.Mapped, "192.0.2.1:1")), Is.EqualTo(CandidateRefusal.Duplicate));
        Assert.That(set, Is.EqualTo(new[] { Of(CandidateKind.Host, "192.0.2.1:1") }));
    }

    [Test]
    public void A_full_set_gives_up_its_worst_for_a_better_one_only()
    {
        CandidateSet set = new(CandidateFilter.Peer, capacity: 2);
        set.Add(Of(CandidateKind.ServerReflexive, "192.0.2.1:1"));
        set.Add(Of(CandidateKind.Mapped, "192.0.2.2:1"));

        Assert.That(set.Add(Of(CandidateKind.ServerReflexive, "192.0.2.3:1")), Is.EqualTo(CandidateRefusal.Full));
        Assert.That(set.Add(Of(CandidateKind.Host, "10.0.0.1:1")), Is.EqualTo(CandidateRefusal.None));
        Assert.That(
            set.Select(candidate => candidate.Kind), Is.EqualTo(new[] { CandidateKind.Host, CandidateKind.Mapped }));
    }

    [Test]
    public void With_host_addresses_kept_private_an_open_hosts_address_is_told_as_seen_from_outside()
    {
        CandidateSet told = new(CandidateFilter.Local(IpPrivacy.NoHost));

        Assert.That(told.Add(Of(CandidateKind.Host, "192.0.2.1:1")), Is.EqualTo(CandidateRefusal.Privacy));
        Assert.That(told.Add(Of(CandidateKind.ServerReflexive, "192.0.2.1:1")), Is.EqualTo(CandidateRefusal.None));
    }

    [Test]
    public void The_version_changes_exactly_with_the_content()
    {
        CandidateSet set = new(CandidateFilter.Peer);
        Assert.That(set.Version, Is.Zero);

        set.Add(Of(CandidateKind.Host, "10.0.0.1:1"));
        Assert.That(set.Version, Is.EqualTo(1));
        set.Add(Of(CandidateKind.Host, "10.0.0.1:1"));
        set.Add(Of(CandidateKind.Host, "127.0.0.1:1"));
        Assert.That(set.Remove(IPEndPoint.Parse("10.0.0.9:1")), Is.False);
        Assert.That(set.Version, Is.EqualTo(1));
        Assert.That(set.Remove(IPEndPoint.Parse("[::ffff:10.0.0.1]:1")));
        Assert.That(set.Version, Is.EqualTo(2));
        set.Clear();
        Assert.That(set.Version, Is.EqualTo(2));
    }

    [Test]
    public void Whatever_is_added_the_set_is_bounded_sorted_unique_and_filtered()
    {
        Gen<Candidate> genCandidate = Gen.Select(
            Gen.Enum<CandidateKind>(), Gen.OneOf(Gen.Byte[0, 255].Array[4], Gen.Byte[0, 2].Array[16]), Gen.Int[0, 2],
            (kind, address, port) => new Candidate(kind, new IPEndPoint(new IPAddress(address), port)));
        genCandidate.Array[0, 60].Sample(candidates =>
        {
            CandidateSet set = new(CandidateFilter.Peer, capacity: 8);
            foreach (Candidate candidate in candidates)
            {
                set.Add(candidate);
            }

            Candidate[] held = [.. set];
            return held.Length <= 8
                && set.Count == held.Length
                && held.Zip(held.Skip(1)).All(pair => pair.First.Priority >= pair.Second.Priority)
                && held.DistinctBy(candidate => candidate.Endpoint).Count() == held.Length
                && held.All(candidate => CandidateFilter.Peer.Check(candidate) == CandidateRefusal.None);
        });
    }

    private static Candidate Of(CandidateKind kind, string endpoint) => new(kind, IPEndPoint.Parse(endpoint));
}
