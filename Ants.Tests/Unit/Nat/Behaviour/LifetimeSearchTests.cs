using Ants.Nat;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Behaviour;

/// <summary>How long mappings live is learned by silence, on virtual time.</summary>
public sealed class LifetimeSearchTests
{
    [TestCase(20)]
    [TestCase(35)]
    [TestCase(60)]
    [TestCase(120)]
    [TestCase(300)]
    public void A_lifetime_is_found_to_a_fifth_and_never_beyond_what_it_is(int seconds)
    {
        using SimulatedNetwork network = new();
        (LifetimeBounds found, int sent) = Search(network, new NatKind { MappingTimeout = TimeSpan.FromSeconds(seconds) }, default);
        TestContext.Out.WriteLine($"{found} in {TimeSpan.FromTicks(network.Now.Ticks)} with {sent} datagrams");
        Assert.That(found.Held.TotalSeconds, Is.LessThan(seconds).And.GreaterThan(seconds / 1.25));
        Assert.That(found.Lost!.Value.TotalSeconds, Is.GreaterThanOrEqualTo(seconds));
        Assert.That(sent, Is.LessThan(50));
    }

    [Test]
    public void The_ports_of_a_NAT_that_preserves_them_prove_nothing_and_are_not_taken_for_proof()
    {
        using SimulatedNetwork network = new();
        NatKind kind = new() { PortAllocation = NatPortAllocation.Preserving, MappingTimeout = TimeSpan.FromSeconds(10) };
        Assert.That(Search(network, kind, default).Found.Held, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void What_outlives_ten_minutes_is_not_tried_further()
    {
        using SimulatedNetwork network = new();
        LifetimeBounds found = Search(network, new NatKind { MappingTimeout = TimeSpan.FromHours(1) }, default).Found;
        Assert.That(found, Is.EqualTo(new LifetimeBounds(TimeSpan.FromMinutes(10), null)));
        Assert.That(found.Next, Is.Null);
    }

    [Test]
    public void A_search_goes_on_where_an_earlier_one_stopped()
    {
        using SimulatedNetwork network = new();
        LifetimeBounds known = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(240));
        LifetimeBounds found = Search(network, new NatKind { MappingTimeout = TimeSpan.FromSeconds(200) }, known).Found;
        Assert.That(found.Held.TotalSeconds, Is.InRange(160, 200));
        Assert.That(network.Now.Ticks, Is.LessThan(TimeSpan.FromMinutes(10).Ticks));
    }

    [TestCase(NatMapping.AddressDependent)]
    [TestCase(NatMapping.AddressAndPortDependent)]
    public void It_works_where_the_mapping_depends_on_the_destination(NatMapping mapping)
    {
        using SimulatedNetwork network = new();
        NatKind kind = new() { Mapping = mapping, PortAllocation = NatPortAllocation.Random, MappingTimeout = TimeSpan.FromSeconds(60) };
        Assert.That(Search(network, kind, default).Found.Held.TotalSeconds, Is.InRange(48, 60));
    }

    [Test]
    public void A_server_that_cannot_answer_elsewhere_teaches_nothing()
    {
        using SimulatedNetwork network = new();
        (LifetimeBounds found, int sent) = Search(network, NatKind.PortRestricted, default, server => server.IsBasic = true);
        Assert.That((found, sent), Is.EqualTo((default(LifetimeBounds), 3)));
    }

    [Test]
    public void A_server_that_goes_away_meanwhile_is_not_taken_for_a_lost_mapping()
    {
        using SimulatedNetwork network = new();
        LifetimeBounds found = Search(network, NatKind.PortRestricted with { MappingTimeout = TimeSpan.FromHours(1) }, default,
            _ => network.Schedule(TimeSpan.FromSeconds(50), () => network.Loss = 1)).Found;
        Assert.That(found, Is.EqualTo(new LifetimeBounds(TimeSpan.FromSeconds(30), null)));
    }

    [Test]
    public void A_NAT_that_contradicts_what_was_known_is_believed()
    {
        LifetimeBounds known = new(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(140));
        Assert.That(known.After(TimeSpan.FromSeconds(60), held: false), Is.EqualTo(new LifetimeBounds(TimeSpan.Zero, TimeSpan.FromSeconds(60))));
        Assert.That(known.After(TimeSpan.FromSeconds(300), held: true), Is.EqualTo(new LifetimeBounds(TimeSpan.FromSeconds(300), null)));
    }

    private static (LifetimeBounds Found, int Sent) Search(
        SimulatedNetwork network, NatKind kind, LifetimeBounds known, Action<FullStunServer>? prepare = null)
    {
        FullStunServer server = FullStunServer.Add(network, 1, 2);
        prepare?.Invoke(server);
        LifetimeSearch search = new(server.Main, known, new Crypto.SeededEntropy(7));
        int sent = ScriptRun.Run(network.AddHost(kind), search.Script, LifetimeSearch.Sockets, TimeSpan.FromHours(3));
        return (search.Bounds, sent);
    }
}
