using System.Net.Sockets;
using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReachabilityTests : IDisposable
{
    private readonly SimulatedNetwork _world;
    private readonly SimulatedHost _aliceHost;
    private readonly SimulatedHost _bobHost;
    private readonly Ear _alice;
    private readonly Ear _bob;
    private readonly Ear _relay;

    public ReachabilityTests()
    {
        _world = new SimulatedNetwork(seed: 1);
        (_aliceHost, _bobHost) = _world.AddPair(NatKind.FullCone, NatKind.Open);
        _alice = new Ear(_aliceHost);
        _bob = new Ear(_bobHost);
        _relay = new Ear(_world.AddHost(name: "relay"));
    }

    public void Dispose() => _world.Dispose();

    [Test]
    public void A_cut_takes_the_direct_way_and_leaves_the_relay_until_it_is_restored()
    {
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.True);
        IPEndPoint alice = _bob.LastSource;

        _world.Cut(_aliceHost, _bobHost);
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.False);
        Assert.That(_bob.Reaches(_alice, alice), Is.False);
        Assert.That(_alice.Reaches(_relay, _relay.EndPoint), Is.True);
        Assert.That(_world.Counters.DroppedFor(DropReason.Cut), Is.EqualTo(2));

        _world.Restore(_aliceHost, _bobHost);
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.True);
        Assert.That(_bob.Reaches(_alice, alice), Is.True);
    }

    [Test]
    public void A_cut_of_one_way_leaves_the_other()
    {
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.True);
        _world.CutOneWay(_bobHost, _aliceHost);

        Assert.That(_bob.Reaches(_alice, _bob.LastSource), Is.False);
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.True);
        _world.RestoreAll();
        Assert.That(_bob.Reaches(_alice, _bob.LastSource), Is.True);
    }

    [Test]
    public void A_rule_sees_private_and_public_addresses_and_hosts()
    {
        List<string> seen = [];
        IDisposable rule = _world.Block((in SimulatedDatagram datagram) =>
        {
            seen.Add($"{datagram.Source.Address} > {datagram.Receiver?.Name}");
            return datagram.Source.Address.Equals(_aliceHost.Nat!.PublicAddress);
        });

        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.False);
        Assert.That(seen, Is.EqualTo(new[] { $"{_aliceHost.Addresses[0]} > ", $"{_aliceHost.Nat!.PublicAddress} > bob" }));
        Assert.That(_world.Counters.DroppedFor(DropReason.Blocked), Is.EqualTo(1));

        rule.Dispose();
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.True);
    }

    [Test]
    public void A_dead_host_neither_sends_nor_receives_and_says_nothing()
    {
        _bobHost.Kill();

        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.False);
        Assert.That(_bob.Send(_relay.EndPoint), Is.EqualTo(SocketError.Success));
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(_relay.Heard, Is.Empty);
        Assert.That(() => new Ear(_bobHost), Throws.TypeOf<SocketException>());

        _bobHost.Restart();
        Ear again = new(_bobHost, _bob.Port);
        Assert.That(_alice.Reaches(again, again.EndPoint), Is.True);
        _bob.Send(_relay.EndPoint);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(_relay.Heard, Is.Empty, "what was bound before the power went stays dead");
    }

    [Test]
    public void A_host_that_moves_keeps_its_sockets_and_changes_its_address()
    {
        _alice.Reaches(_relay, _relay.EndPoint);
        IPEndPoint before = _relay.LastSource;

        _aliceHost.Move(_world.AddNat(NatKind.PortRestricted));

        Assert.That(_alice.Reaches(_relay, _relay.EndPoint), Is.True);
        Assert.That(_relay.LastSource.Address, Is.Not.EqualTo(before.Address));
        Assert.That(_relay.Reaches(_alice, _relay.LastSource), Is.True);
        Assert.That(_relay.Reaches(_alice, before), Is.False);

        _aliceHost.Move(null);
        Assert.That(_bob.Reaches(_alice, _alice.EndPoint), Is.True);
    }

    [Test]
    public void A_pulled_cable_fails_sends_at_once()
    {
        SimulatedPort bound = _bobHost.Bind(new IPEndPoint(_bobHost.Addresses[0], 0), (_, _, _) => { });
        _bobHost.Disconnect();

        Assert.That(_bob.Send(_relay.EndPoint), Is.EqualTo(SocketError.NetworkUnreachable));
        Assert.That(bound.Send([1], _relay.EndPoint), Is.EqualTo(SocketError.AddressNotAvailable));
        Assert.That(_bobHost.Network.LocalAddresses(), Is.Empty);
        Assert.That(_alice.Reaches(_bob, new IPEndPoint(IPAddress.Parse("203.0.113.200"), 1)), Is.False);
    }

    [Test]
    public void Families_do_not_mix()
    {
        SimulatedHost six = _world.AddHost(ipv4: false, ipv6: true);

        Assert.That(_alice.Send(new IPEndPoint(six.Addresses[0], 1)), Is.EqualTo(SocketError.NetworkUnreachable));
    }

    [Test]
    public void A_host_reaches_itself_by_loopback_and_by_its_own_address()
    {
        Ear other = new(_aliceHost);

        Assert.That(_alice.Reaches(other, new IPEndPoint(IPAddress.Loopback, other.Port)), Is.True);
        Assert.That(other.LastSource.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(_alice.Reaches(other, other.EndPoint), Is.True);
    }

    [Test]
    public void A_port_is_bound_once_and_free_again_after_dispose()
    {
        Assert.That(() => new Ear(_bobHost, _bob.Port), Throws.TypeOf<SocketException>());
        _bob.Close();
        Assert.That(_alice.Reaches(_bob, _bob.EndPoint), Is.False);
        Assert.That(_world.Counters.DroppedFor(DropReason.PortClosed), Is.EqualTo(1));
        Assert.That(() => new Ear(_bobHost, _bob.Port).Close(), Throws.Nothing);
    }
}
