using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NatBehaviorTests : IDisposable
{
    private readonly SimulatedNetwork _world;
    private readonly Ear _server;

    public NatBehaviorTests()
    {
        _world = new SimulatedNetwork(seed: 1);
        _server = new Ear(_world.AddHost());
    }

    public void Dispose() => _world.Dispose();

    [Test]
    public void A_preserving_NAT_keeps_the_port_and_gives_the_next_one_when_it_is_taken()
    {
        SimulatedNat nat = _world.AddNat(NatKind.PortRestricted);

        Assert.That(PortOf(new Ear(_world.AddHost(nat), 5000)), Is.EqualTo(5000));
        Assert.That(PortOf(new Ear(_world.AddHost(nat), 5000)), Is.EqualTo(5001));
    }

    [Test]
    public void A_sequential_NAT_gives_one_port_after_the_other()
    {
        SimulatedNat nat = _world.AddNat(NatKind.Symmetric with { PortAllocation = NatPortAllocation.Sequential });
        SimulatedHost host = _world.AddHost(nat);
        int[] ports = [.. Enumerable.Range(0, 5).Select(_ => PortOf(new Ear(host)))];

        Assert.That(ports, Is.EqualTo(Enumerable.Range(ports[0], 5)));
    }

    [Test]
    public void A_random_NAT_gives_ports_that_do_not_follow_one_another()
    {
        SimulatedHost host = _world.AddHost(NatKind.Symmetric);
        int[] ports = [.. Enumerable.Range(0, 20).Select(_ => PortOf(new Ear(host)))];

        Assert.That(ports, Is.Unique.And.All.InRange(1024, 65535));
        Assert.That(ports.Max() - ports.Min(), Is.GreaterThan(1000));
    }

    [Test]
    public void A_mapping_lives_just_as_long_as_its_timeout_says()
    {
        SimulatedHost host = _world.AddHost(NatKind.FullCone with { MappingTimeout = TimeSpan.FromSeconds(30) });
        Ear alice = new(host);
        alice.Send(_server.EndPoint);
        _world.RunFor(TimeSpan.FromMilliseconds(29_989));
        IPEndPoint mapped = _server.LastSource;

        // The answer takes ten milliseconds to the NAT: just inside, and then, since it does not refresh, just beyond.
        _server.Send(mapped);
        _world.RunFor(TimeSpan.FromMilliseconds(1));
        _server.Send(mapped);
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(alice.Heard, Has.Count.EqualTo(1));
        Assert.That(_world.Counters.DroppedFor(DropReason.NatUnmapped), Is.EqualTo(1));
    }

    [Test]
    public void Sending_refreshes_a_mapping_and_receiving_does_only_when_told_so([Values] bool refreshesOnInbound)
    {
        SimulatedHost host = _world.AddHost(NatKind.PortRestricted with
        {
            MappingTimeout = TimeSpan.FromSeconds(30),
            RefreshesOnInbound = refreshesOnInbound,
        });
        Ear alice = new(host);
        int port = PortOf(alice);
        IPEndPoint mapped = _server.LastSource;
        _world.RunFor(TimeSpan.FromSeconds(20));
        Assert.That(PortOf(alice), Is.EqualTo(port));
        _world.RunFor(TimeSpan.FromSeconds(20));
        Assert.That(_server.Reaches(alice, mapped), Is.True, "sending has refreshed it");
        _world.RunFor(TimeSpan.FromSeconds(20));
        Assert.That(_server.Reaches(alice, mapped), Is.EqualTo(refreshesOnInbound));
    }

    [Test]
    public void A_NAT_that_forgets_drops_the_old_port_and_hands_out_another()
    {
        SimulatedNat nat = _world.AddNat(NatKind.PortRestricted);
        Ear alice = new(_world.AddHost(nat), 5000);
        PortOf(alice);
        IPEndPoint mapped = _server.LastSource;

        nat.ForgetMappings();

        Assert.That(nat.Mappings, Is.Empty);
        Assert.That(_server.Reaches(alice, mapped), Is.False);
        Assert.That(PortOf(alice), Is.Not.EqualTo(5000));
        nat.ForgetMappings(reusePorts: true);
        Assert.That(nat.Mappings, Is.Empty);
    }

    [Test]
    public void A_NAT_with_a_new_address_sends_from_it_and_the_old_one_leads_nowhere()
    {
        SimulatedNat nat = _world.AddNat(NatKind.FullCone);
        Ear alice = new(_world.AddHost(nat));
        PortOf(alice);
        IPEndPoint mapped = _server.LastSource;

        IPAddress address = nat.ChangePublicAddress();

        Assert.That(_server.Reaches(alice, mapped), Is.False);
        Assert.That(_world.Counters.DroppedFor(DropReason.NoRoute), Is.EqualTo(1));
        PortOf(alice);
        Assert.That(_server.LastSource.Address, Is.EqualTo(address).And.Not.EqualTo(mapped.Address));
    }

    [Test]
    public void A_forwarded_port_lets_strangers_in_and_their_answers_out_by_itself()
    {
        SimulatedNat nat = _world.AddNat(NatKind.Symmetric);
        SimulatedHost host = _world.AddHost(nat);
        Ear alice = new(host, 7000);
        nat.Forward(41641, host, 7000);
        IPEndPoint advertised = new(nat.PublicAddress, 41641);

        Assert.That(_server.Reaches(alice, advertised), Is.True);
        Assert.That(alice.LastSource, Is.EqualTo(_server.EndPoint));
        Assert.That(alice.Reaches(_server, _server.EndPoint), Is.True);
        Assert.That(_server.LastSource, Is.EqualTo(advertised));

        Ear other = new(_world.AddHost());
        Assert.That(alice.Reaches(other, other.EndPoint), Is.True);
        Assert.That(other.LastSource.Port, Is.Not.EqualTo(41641), "what nobody asked for goes out as anything else");
    }

    [Test]
    public void Neighbours_reach_each_other_by_external_addresses_only_through_a_hairpin([Values] bool hairpinning)
    {
        SimulatedNat nat = _world.AddNat(NatKind.FullCone with { Hairpinning = hairpinning });
        Ear alice = new(_world.AddHost(nat));
        Ear bob = new(_world.AddHost(nat));
        PortOf(alice);
        IPEndPoint aliceOutside = _server.LastSource;
        PortOf(bob);
        IPEndPoint bobOutside = _server.LastSource;

        Assert.That(alice.Reaches(bob, bobOutside), Is.EqualTo(hairpinning));
        if (hairpinning)
        {
            // RFC 4787 REQ-9: from the external address and port of the sender.
            Assert.That(bob.LastSource, Is.EqualTo(aliceOutside));
        }
        else
        {
            Assert.That(_world.Counters.DroppedFor(DropReason.NatNoHairpin), Is.EqualTo(1));
        }
    }

    [Test]
    public void Neighbours_reach_each_other_by_private_addresses()
    {
        SimulatedNat nat = _world.AddNat(NatKind.Symmetric);
        Ear alice = new(_world.AddHost(nat));
        Ear bob = new(_world.AddHost(nat));

        Assert.That(alice.Reaches(bob, bob.EndPoint), Is.True);
        Assert.That(bob.LastSource, Is.EqualTo(alice.EndPoint));
        Assert.That(nat.Mappings, Is.Empty);
    }

    [Test]
    public void Two_NATs_in_a_row_both_translate_and_both_filter()
    {
        SimulatedNat carrier = _world.AddNat(NatKind.PortRestricted);
        SimulatedNat home = _world.AddNat(NatKind.FullCone, behind: carrier);
        Ear alice = new(_world.AddHost(home), 5000);
        Ear neighbour = new(_world.AddHost(_world.AddNat(NatKind.PortRestricted, behind: carrier)));
        Ear stranger = new(_world.AddHost());

        Assert.That(PortOf(alice), Is.EqualTo(5000));
        Assert.That(_server.LastSource.Address, Is.EqualTo(carrier.PublicAddress));
        Assert.That(home.Behind, Is.SameAs(carrier));
        Assert.That(_server.Reaches(alice, _server.LastSource), Is.True);
        Assert.That(stranger.Reaches(alice, _server.LastSource), Is.False, "the carrier's filter");

        // Within the carrier's network only the home's full cone stands between them.
        IPEndPoint atCarrier = new(home.PublicAddress, 5000);
        Assert.That(neighbour.Reaches(alice, atCarrier), Is.True);
    }

    [Test]
    public void Overlapping_private_networks_lead_to_ones_own_neighbour()
    {
        IPAddress home = IPAddress.Parse("192.168.1.0");
        SimulatedNat first = _world.AddNat(NatKind.FullCone, privateNetwork: home);
        SimulatedNat second = _world.AddNat(NatKind.FullCone, privateNetwork: home);
        Ear alice = new(_world.AddHost(first));
        Ear printer = new(_world.AddHost(first), 6000);
        _world.AddHost(second);
        Ear bob = new(_world.AddHost(second), 6000);

        Assert.That(bob.EndPoint, Is.EqualTo(printer.EndPoint));
        Assert.That(alice.Reaches(bob, bob.EndPoint), Is.False);
        Assert.That(printer.Heard, Has.Count.EqualTo(1));
    }

    [Test]
    public void IPv6_is_filtered_and_not_translated()
    {
        SimulatedNat nat = _world.AddNat(NatKind.PortRestricted);
        SimulatedHost host = _world.AddHost(nat, ipv4: false, ipv6: true);
        SimulatedHost outside = _world.AddHost(ipv4: false, ipv6: true);
        Ear alice = new(host);
        Ear bob = new(outside);

        Assert.That(bob.Reaches(alice, alice.EndPoint), Is.False);
        Assert.That(alice.Reaches(bob, bob.EndPoint), Is.True);
        Assert.That(bob.LastSource, Is.EqualTo(alice.EndPoint));
        Assert.That(bob.Reaches(alice, alice.EndPoint), Is.True);
    }

    /// <summary>The external port that the server sees a host's port at.</summary>
    private int PortOf(Ear ear)
    {
        Assert.That(ear.Reaches(_server, _server.EndPoint), Is.True);
        return _server.LastSource.Port;
    }
}
