using Ants.Samples.TwoNats;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

/// <summary>Theory, as the matrix is held against it.</summary>
public sealed class ExpectationTests
{
    private static readonly LabHomeKind[] s_kinds = Enum.GetValues<LabHomeKind>();

    // Each shows every peer another port, and nothing leads in unasked.
    private static readonly LabHomeKind[] s_symmetric =
        [LabHomeKind.Symmetric, LabHomeKind.Sequential, LabHomeKind.SymmetricCarrier, LabHomeKind.IPv6Firewall];

    // Each shows everyone one port, and lets in nobody but whom it was sent to from there.
    private static readonly LabHomeKind[] s_portRestricted =
        [LabHomeKind.PortRestricted, LabHomeKind.Carrier, LabHomeKind.ShortLived, LabHomeKind.SameLan, LabHomeKind.SharedCarrier];

    [Test]
    public void The_order_of_a_pair_makes_no_difference() => Assert.That(
        from a in s_kinds
        from b in s_kinds
        where Expectation.Of(a, b) != Expectation.Of(b, a)
        select (a, b),
        Is.Empty);

    [Test]
    public void A_pair_stays_relayed_where_one_is_symmetric_and_the_other_filters_by_port_and_nowhere_else()
    {
        IEnumerable<(LabHomeKind, LabHomeKind)> relayed =
            from a in s_kinds
            from b in s_kinds
            where a.HasUdp() && b.HasUdp() && !Expectation.IsDirect(a, b)
            select (a, b);

        LabHomeKind[] strict = [.. s_symmetric, .. s_portRestricted];
        IEnumerable<(LabHomeKind, LabHomeKind)> expected =
            from a in strict
            from b in strict
            where s_symmetric.Contains(a) || s_symmetric.Contains(b)
            where a != LabHomeKind.IPv6Firewall || b != LabHomeKind.IPv6Firewall
            select (a, b);
        Assert.That(relayed, Is.EquivalentTo(expected));
    }

    [Test]
    public void Without_UDP_a_pair_stays_relayed() => Assert.That(
        s_kinds.Select(kind => Expectation.Of(kind, LabHomeKind.UdpBlocked)), Is.All.EqualTo(new Expectation(Verdict.Relayed, Techniques.None)));

    [TestCase(LabHomeKind.Sequential, LabHomeKind.PortRestricted, Verdict.Either)]
    [TestCase(LabHomeKind.Sequential, LabHomeKind.Sequential, Verdict.Either)]
    [TestCase(LabHomeKind.Sequential, LabHomeKind.Symmetric, Verdict.Relayed)]
    [TestCase(LabHomeKind.Sequential, LabHomeKind.FullCone, Verdict.Direct)]
    public void Only_a_sequential_port_may_be_guessed(object a, object b, object verdict) =>
        Assert.That(Expectation.Of((LabHomeKind)a, (LabHomeKind)b).Verdict, Is.EqualTo(verdict));

    [TestCase("same-lan", "same-lan", "host")]
    [TestCase("ipv6-firewall", "ipv6-firewall", "ipv6")]
    [TestCase("port-restricted", "port-restricted", "reflexive")]
    [TestCase("cgnat", "short-lived", "reflexive")]
    [TestCase("cgnat-shared", "cgnat-shared", "reflexive")]
    [TestCase("full-cone", "symmetric", "peer-reflexive")]
    [TestCase("address-restricted", "symmetric", "peer-reflexive")]
    [TestCase("open", "symmetric", "host+peer-reflexive")]
    [TestCase("port-forwarded", "symmetric", "advertised+peer-reflexive")]
    [TestCase("mapped", "symmetric", "pcp+nat-pmp+upnp+peer-reflexive")]
    [TestCase("upnp", "cgnat-symmetric", "upnp+peer-reflexive")]
    [TestCase("pcp", "nat-pmp", "pcp+nat-pmp+peer-reflexive")]
    [TestCase("mapped-port-restricted", "port-restricted", "pcp+nat-pmp+upnp+peer-reflexive+reflexive")]
    [TestCase("port-restricted", "symmetric", "relayed")]
    public void Each_pair_goes_direct_by_what_leads_in(string a, string b, string techniques)
    {
        Assert.That(LabHomeKinds.TryParse(a, out LabHomeKind one, out _) & LabHomeKinds.TryParse(b, out LabHomeKind other, out _));
        Assert.That(Expectation.Of(one, other).Techniques.ToName(), Is.EqualTo(techniques));
    }
}
