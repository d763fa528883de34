using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Pairing;

/// <summary>The answer to "why am I relayed, and what would change it?".</summary>
public sealed class PairExplanationTests
{
    private static readonly NetworkGateway s_router = new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.2"), 24);

    [Test]
    public void Two_symmetric_NATs_are_named_and_what_would_help()
    {
        PairSituation pair = Pair(Sides.Symmetric(1), Sides.Symmetric(2));
        Assert.That(PairExplanation.ReasonOf(pair), Is.EqualTo(RelayedReason.Unforeseeable));
        Assert.That(PairExplanation.Explain(pair), Is.EqualTo(
            "Relayed because the NATs of both sides take another port for each destination (symmetric), so that neither can tell the other where to send. "
            + "UPnP, NAT-PMP or PCP turned on at either side's router, a port forwarded by hand and advertised, or IPv6 on both sides, would make it direct."));
    }

    [Test]
    public void Of_a_symmetric_and_a_port_restricted_NAT_it_is_said_which_is_where()
    {
        Assert.That(PairExplanation.Explain(Pair(Sides.Symmetric(1), Sides.PortRestricted(2))),
            Does.StartWith("Relayed because the NAT here takes another port for each destination (symmetric), and the peer's lets in only"));
        Assert.That(PairExplanation.Explain(Pair(Sides.PortRestricted(1), Sides.Symmetric(2))),
            Does.StartWith("Relayed because the peer's NAT takes another port for each destination (symmetric), and the one here lets in only"));
    }

    [Test]
    public void A_router_that_refused_and_one_behind_another_NAT_are_told()
    {
        PortMappingAttempt refused = new(s_router, PortMappingProtocols.Upnp, PortMappingOutcome.Refused, "");
        PairSituation pair = Pair(Sides.Symmetric(1), Sides.Symmetric(2)) with { PortMapping = new([], [refused]) };
        Assert.That(PairExplanation.Explain(pair), Does.Contain("The router here was asked to open a port and did not."));

        PortMapping inner = new(PortMappingProtocols.Pcp, s_router, IPEndPoint.Parse("192.168.1.2:5000"), IPEndPoint.Parse("100.64.0.1:443"), TimeSpan.FromMinutes(10));
        pair = Pair(Sides.MappedInside(1), Sides.Symmetric(2)) with { PortMapping = new([inner], []) };
        Assert.That(PairExplanation.Explain(pair), Does.Contain("has opened a port, but stands behind another NAT itself"));
    }

    [Test]
    public void What_should_work_and_does_not_is_laid_to_a_firewall_only_after_it_was_tried()
    {
        PairSituation pair = Pair(Sides.PortRestricted(1), Sides.PortRestricted(2)) with { Probes = 14 };
        Assert.That(PairExplanation.ReasonOf(pair), Is.EqualTo(RelayedReason.NoAnswer));
        Assert.That(PairExplanation.Explain(pair), Does.StartWith(
            "Relayed because 14 probes to 2 addresses brought no answer (both send at once, IPv4). A firewall on either side seems to drop UDP"));

        pair = pair with { WasTried = false };
        Assert.That(PairExplanation.ReasonOf(pair), Is.EqualTo(RelayedReason.Trying));
        Assert.That(PairExplanation.Explain(pair), Is.EqualTo("Relayed still: a direct path is being looked for (both send at once, IPv4)."));
    }

    [Test]
    public void What_keeps_a_side_behind_its_relays_comes_before_all_that_is_about_NATs()
    {
        PairSituation pair = Pair(Sides.Symmetric(1), Sides.Symmetric(2));
        Assert.That(PairExplanation.ReasonOf(pair with { IsRelayOnly = true }), Is.EqualTo(RelayedReason.RelayOnly));
        Assert.That(PairExplanation.ReasonOf(pair with { Udp = UdpReach.Blocked }), Is.EqualTo(RelayedReason.UdpBlocked));
        Assert.That(PairExplanation.ReasonOf(Pair(Sides.Open(1), [])), Is.EqualTo(RelayedReason.PeerTellsNothing));
        Assert.That(PairExplanation.ReasonOf(Pair(Sides.Open(1), Sides.NoUdp(2))), Is.EqualTo(RelayedReason.PeerUdpBlocked));
    }

    [Test]
    public void Without_a_common_family_both_are_named() =>
        Assert.That(PairExplanation.Explain(Pair(Sides.FullCone(1), Sides.FirewalledV6(2))), Does.Contain("(here IPv4 only, there IPv6 only)"));

    [TestCase(CandidateKind.Host, "192.168.1.9:5000", "to the peer's own address 192.168.1.9:5000 in the same network")]
    [TestCase(CandidateKind.Host, "203.0.113.9:5000", "to the peer's own public address 203.0.113.9:5000")]
    [TestCase(CandidateKind.Mapped, "203.0.113.9:5000", "to 203.0.113.9:5000, which the peer's router maps to it")]
    [TestCase(CandidateKind.Advertised, "203.0.113.9:5000", "to 203.0.113.9:5000, which the peer's owner advertises")]
    [TestCase(CandidateKind.ServerReflexive, "203.0.113.9:5000", "to 203.0.113.9:5000, where relays see the peer (hole punching)")]
    [TestCase(CandidateKind.PeerReflexive, "203.0.113.9:5000", "to 203.0.113.9:5000, from where the peer's own probes came (hole punching)")]
    public void A_direct_path_is_told_with_its_way(CandidateKind kind, string where, string told)
    {
        PairSituation pair = Pair(Sides.FullCone(1), Sides.FullCone(2)) with { Direct = new Candidate(kind, IPEndPoint.Parse(where)) };
        Assert.That(PairExplanation.ReasonOf(pair), Is.EqualTo(RelayedReason.None));
        Assert.That(PairExplanation.Explain(pair), Is.EqualTo($"Direct, {told}."));
    }

    private static PairSituation Pair(Candidate[] local, Candidate[] remote) => new()
    {
        Local = local,
        Remote = remote,
        Outlook = PairOutlook.Of(local, remote),
        PortMapping = PortMappingReport.Empty,
        Udp = UdpReach.Open,
        WasTried = true,
    };
}
