using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class CandidateFilterTests
{
    [TestCase("192.0.2.1:1", CandidateRefusal.None)]
    [TestCase("10.0.0.1:1", CandidateRefusal.None)]
    [TestCase("172.16.0.1:1", CandidateRefusal.None)]
    [TestCase("192.168.1.1:65535", CandidateRefusal.None)]
    [TestCase("100.64.0.1:1", CandidateRefusal.None)]
    [TestCase("[2001:db8::1]:1", CandidateRefusal.None)]
    [TestCase("[fd00::1]:1", CandidateRefusal.None)]
    [TestCase("[64:ff9b::c000:201]:1", CandidateRefusal.None)]
    [TestCase("192.0.2.1:0", CandidateRefusal.PortZero)]
    [TestCase("0.0.0.0:1", CandidateRefusal.Unspecified)]
    [TestCase("0.1.2.3:1", CandidateRefusal.Unspecified)]
    [TestCase("[::]:1", CandidateRefusal.Unspecified)]
    [TestCase("127.0.0.1:1", CandidateRefusal.Loopback)]
    [TestCase("127.9.9.9:1", CandidateRefusal.Loopback)]
    [TestCase("[::1]:1", CandidateRefusal.Loopback)]
    [TestCase("[::ffff:127.0.0.1]:1", CandidateRefusal.Loopback)]
    [TestCase("224.0.0.251:1", CandidateRefusal.Multicast)]
    [TestCase("239.255.255.255:1", CandidateRefusal.Multicast)]
    [TestCase("[ff02::fb]:1", CandidateRefusal.Multicast)]
    [TestCase("[::ffff:224.0.0.1]:1", CandidateRefusal.Multicast)]
    [TestCase("255.255.255.255:1", CandidateRefusal.Broadcast)]
    [TestCase("240.0.0.1:1", CandidateRefusal.Broadcast)]
    [TestCase("169.254.169.254:1", CandidateRefusal.LinkLocal)]
    [TestCase("[fe80::1]:1", CandidateRefusal.LinkLocal)]
    [TestCase("[fe80::1%3]:1", CandidateRefusal.LinkLocal)]
    [TestCase("[::192.0.2.1]:1", CandidateRefusal.Reserved)]
    public void A_peers_address_is_judged(string endpoint, CandidateRefusal expected)
    {
        Assert.That(CandidateFilter.Peer.Check(IPEndPoint.Parse(endpoint)), Is.EqualTo(expected));
    }

    [TestCase("169.254.1.1:1", CandidateRefusal.None)]
    [TestCase("[fe80::1%3]:1", CandidateRefusal.None)]
    [TestCase("[fe80::1]:1", CandidateRefusal.LinkLocal)]
    [TestCase("127.0.0.1:1", CandidateRefusal.Loopback)]
    public void An_own_link_local_address_passes_where_it_names_its_interface(string endpoint, CandidateRefusal expected)
    {
        Assert.That(CandidateFilter.Local().Check(IPEndPoint.Parse(endpoint)), Is.EqualTo(expected));
    }

    [TestCase("127.0.0.1:1")]
    [TestCase("[::1]:1")]
    public void Loopback_passes_when_asked_for(string endpoint)
    {
        CandidateFilter filter = CandidateFilter.Peer with { AllowLoopback = true };
        Assert.That(filter.Check(IPEndPoint.Parse(endpoint)), Is.EqualTo(CandidateRefusal.None));
    }

    [TestCase(IpPrivacy.All, "Host ServerReflexive PeerReflexive Mapped Advertised")]
    [TestCase(IpPrivacy.NoHost, "ServerReflexive PeerReflexive Mapped Advertised")]
    [TestCase(IpPrivacy.RelayOnly, "")]
    public void Privacy_says_which_kinds_are_told(IpPrivacy privacy, string expected)
    {
        CandidateFilter filter = CandidateFilter.Local(privacy);
        IEnumerable<CandidateKind> told = Enum.GetValues<CandidateKind>().Where(
            kind => filter.Check(new Candidate(kind, IPEndPoint.Parse("192.0.2.1:1"))) == CandidateRefusal.None);
        Assert.That(string.Join(' ', told), Is.EqualTo(expected));
    }
}
