using System.Net.Sockets;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Pairing;

/// <summary>What can be done for each pair of NATs, against what RFC 4787's behaviours allow.</summary>
public sealed class PairOutlookTests
{
    private static readonly (string Name, Func<byte, Candidate[]> Make)[] s_kinds =
    [
        ("open", Sides.Open), ("mapped", Sides.Mapped), ("full-cone", Sides.FullCone), ("address-restricted", Sides.AddressRestricted),
        ("port-restricted", Sides.PortRestricted), ("symmetric", Sides.Symmetric), ("mapped inside", Sides.MappedInside), ("not looked at", Sides.NotLookedAt),
    ];

    private static readonly string[] s_open = ["open", "mapped", "full-cone"];

    private static readonly string[] s_foreseeable = ["open", "full-cone", "address-restricted", "port-restricted"];

    private static readonly string[] s_changing = ["symmetric", "mapped inside"];

    private static IEnumerable<TestCaseData> Pairs => from one in s_kinds from other in s_kinds
        select new TestCaseData(one.Name, other.Name, one.Make(1), other.Make(2)) { TestName = $"{one.Name} x {other.Name}" };

    [TestCaseSource(nameof(Pairs))]
    public void A_pair_has_the_plan_that_its_behaviours_allow(string one, string other, Candidate[] local, Candidate[] remote) =>
        Assert.That(PairOutlook.Of(local, remote).Plan, Is.EqualTo(Expected(one, other)));

    [TestCaseSource(nameof(Pairs))]
    public void Both_sides_come_to_the_same_plan(string one, string other, Candidate[] local, Candidate[] remote)
    {
        PairPlan here = PairOutlook.Of(local, remote).Plan, there = PairOutlook.Of(remote, local).Plan;
        Assert.That(there, s_open.Contains(one) && s_open.Contains(other) ? Is.EqualTo(PairPlan.ReachPeer)
            : Is.EqualTo(here switch
            {
                PairPlan.ReachPeer => PairPlan.BeReached,
                PairPlan.BeReached => PairPlan.ReachPeer,
                _ => here,
            }));
    }

    [Test]
    public void Two_IPv6_firewalls_are_opened_from_both_sides_and_come_before_two_symmetric_NATs() => Assert.That(
        PairOutlook.Of([.. Sides.Symmetric(1), .. Sides.FirewalledV6(1)], [.. Sides.Symmetric(2), .. Sides.FirewalledV6(2)]),
        Is.EqualTo(new PairOutlook(PairPlan.SimultaneousOpen, AddressFamily.InterNetworkV6)));

    [Test]
    public void Behind_one_external_address_the_network_is_the_same() =>
        Assert.That(PairOutlook.Of(Sides.Symmetric(1), Sides.PortRestricted(1)).Plan, Is.EqualTo(PairPlan.SameNetwork));

    [Test]
    public void Without_a_common_family_or_any_address_there_is_nothing_to_try()
    {
        Assert.That(PairOutlook.Of(Sides.FullCone(1), Sides.FirewalledV6(2)), Is.EqualTo(new PairOutlook(PairPlan.None, null)));
        Assert.That(PairOutlook.Of(Sides.FullCone(1), []).Plan, Is.EqualTo(PairPlan.None));
    }

    private static PairPlan Expected(string one, string other) => (one, other) switch
    {
        _ when s_open.Contains(other) => PairPlan.ReachPeer,
        _ when s_open.Contains(one) => PairPlan.BeReached,
        _ when s_foreseeable.Contains(one) && s_foreseeable.Contains(other) => PairPlan.SimultaneousOpen,
        ("address-restricted", _) or (_, "address-restricted") => PairPlan.SimultaneousOpen,
        _ when s_changing.Contains(one) && other != "not looked at" => PairPlan.Unforeseeable,
        _ when s_changing.Contains(other) && one != "not looked at" => PairPlan.Unforeseeable,
        _ => PairPlan.Unknown,
    };
}
