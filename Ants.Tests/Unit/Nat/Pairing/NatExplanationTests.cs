using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Pairing;

/// <summary>What an agent's owner is told about the network.</summary>
public sealed class NatExplanationTests
{
    [Test]
    public void Who_is_open_hears_where_and_why()
    {
        Assert.That(Explain(Sides.Open(1)), Is.EqualTo(
            "Every peer that can send UDP reaches this agent directly at 203.0.113.1:5000, an address of its own with nothing in the way."));
        Assert.That(Explain(Sides.FullCone(1)), Does.EndWith("at 203.0.113.1:5000, since its NAT lets everybody in at the port that it keeps."));
    }

    [Test]
    public void A_mapping_is_told_with_its_protocol()
    {
        PortMapping mapping = new(PortMappingProtocols.NatPmp, new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.2"), 24),
            IPEndPoint.Parse("192.168.1.2:5000"), IPEndPoint.Parse("203.0.113.1:443"), TimeSpan.FromMinutes(10));
        Assert.That(Explain(Sides.Mapped(1), mappings: new([mapping], [])), Does.EndWith("at 203.0.113.1:443, a port that the router maps to it (NAT-PMP)."));
    }

    [Test]
    public void A_port_restricted_NAT_is_told_whom_it_keeps_out() =>
        Assert.That(Explain(Sides.PortRestricted(1)), Does.StartWith("Most peers reach").And.Contain("(symmetric) are relayed").And.Contain("UPnP"));

    [Test]
    public void An_address_restricted_NAT_needs_nothing() => Assert.That(Explain(Sides.AddressRestricted(1)), Does.EndWith("Nothing needs to be changed."));

    [Test]
    public void A_symmetric_NAT_is_told_what_helps() =>
        Assert.That(Explain(Sides.Symmetric(1)), Does.StartWith("Only peers that take packets unasked").And.Contain("a port forwarded by hand"));

    [Test]
    public void Who_has_IPv6_too_is_told_what_it_may_do() => Assert.That(
        Explain([.. Sides.Symmetric(1), new Candidate(CandidateKind.Host, IPEndPoint.Parse("[2001:db8::1]:5000"))]),
        Does.StartWith("By IPv4 only peers").And.Contain("Peers that have IPv6 too"));

    [Test]
    public void What_keeps_it_behind_relays_comes_first()
    {
        Assert.That(Explain(Sides.Open(1), relayOnly: true), Does.Contain("RelayOnly"));
        Assert.That(Explain(Sides.NoUdp(1), UdpReach.Blocked), Does.StartWith("UDP does not pass from here"));
    }

    [Test]
    public void What_is_not_known_is_not_guessed()
    {
        Assert.That(Explain(Sides.NotLookedAt(1)), Does.StartWith("It is not known yet how"));
        Assert.That(Explain([]), Does.StartWith("It is not known yet where"));
    }

    private static string Explain(Candidate[] candidates, UdpReach udp = UdpReach.Open, bool relayOnly = false, PortMappingReport? mappings = null) =>
        NatExplanation.Explain(new NatSituation
        {
            Candidates = candidates,
            Udp = udp,
            IsRelayOnly = relayOnly,
            PortMapping = mappings ?? PortMappingReport.Empty,
        });
}
