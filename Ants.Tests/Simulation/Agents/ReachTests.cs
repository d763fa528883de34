using System.Net;
using System.Net.Sockets;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>The ways to be reached, and not to be.</summary>
public class ReachTests
{
    [TestCase(true, false)]
    [TestCase(false, true)]
    public void An_agent_that_stays_behind_its_relay_sends_nothing_to_a_peer(bool alices, bool bobs)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.Network.AddHost(name: "alice"), b = world.Network.AddHost(name: "bob");
        SimulatedHost hidden = alices ? a : b;
        int strays = 0;
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            world.Network.Trace = (step, _, in datagram) => strays += step == DatagramStep.Sent
                && hidden.Addresses.Contains(datagram.Source.Address) && !world.RelayHost.Addresses.Contains(datagram.Destination.Address) ? 1 : 0;
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.RelayOnly = alices);
            await using AntsAgent bob = await world.StartAgentAsync(b, options => options.RelayOnly = bobs);
            ConnectingTests.Serve(bob);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await ConnectingTests.EchoAsync(session);

            // Whoever guesses the address gets no answer there.
            AntsAgent guessed = hidden == a ? alice : bob, stranger = hidden == a ? bob : alice;
            await using AntsAgent third = await world.StartAgentAsync(world.Network.AddHost(), options => options.Relays.Clear());
            AntsException e = await ConnectingTests.CatchAsync(
                third.ConnectAsync(new Invite(guessed.Id, [], [new IPEndPoint(hidden.Addresses[0], guessed.Port)])));
            Assert.That(e.Error, Is.EqualTo(AntsError.ConnectTimeout));
            stranger.Core.Driver.Post(() => stranger.Core.Peers.Single().Session.Probe(
                Ants.Protocol.CarrierAddress.Udp(new IPEndPoint(hidden.Addresses[0], guessed.Port))));
            await world.PassAsync(5);
            Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
        });
        Assert.That(strays, Is.Zero);
    }

    [Test]
    public void A_direct_invite_needs_no_relay()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.Symmetric, "alice"), b = world.AddHost(AgentWorld.Forwarded, "bob");
        world.Network.Run(async () =>
        {
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            ConnectingTests.Serve(bob);
            Assert.That(bob.Invite.DirectAddresses, Has.Count.EqualTo(1));
            await using AntsSession session = await alice.ConnectAsync(Invite.Parse(bob.Invite.ToString()));
            Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
            await ConnectingTests.EchoAsync(session);
            await world.PassAsync(100);
            await ConnectingTests.EchoAsync(session);
        });
    }

    [Test]
    public void A_session_without_a_common_relay_uses_the_one_of_the_invite_and_lets_it_go()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.Relays.Clear());
            await using AntsAgent bob = await world.StartAgentAsync(b);
            ConnectingTests.Serve(bob);
            AntsSession session = await alice.ConnectAsync(bob.Invite);
            await ConnectingTests.EchoAsync(session);
            Assert.That((alice.HeldRelays.Count, alice.Invite.Relays.Count), Is.EqualTo((1, 0)));
            await session.CloseAsync();
            await world.PassAsync(10);
            Assert.That(alice.Core.Links.All, Is.Empty);
            Assert.That(world.Relay.AgentCount, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_relay_by_two_names_is_held_once() => Pair.Run(async (world, alice, bob) =>
    {
        RelayAddress alias = new("relay.example", 443, world.Relay.Id);
        await using AntsSession session = await alice.ConnectAsync(new Invite(bob.Id, [alias]));
        Assert.That(alice.Core.Links.All, Has.Count.EqualTo(1));
    });

    [Test]
    public void Two_hosts_with_IPv6_go_direct_over_it()
    {
        using AgentWorld world = new();
        SimulatedHost relayHost = world.Network.AddHost(name: "relay6", ipv6: true);
        SimulatedNat one = world.Network.AddNat(NatKind.PortRestricted), two = world.Network.AddNat(NatKind.Symmetric);
        SimulatedHost a = world.Network.AddHost(one, "alice", ipv6: true), b = world.Network.AddHost(two, "bob", ipv4: false, ipv6: true);
        IPAddress six = relayHost.Addresses.First(address => address.AddressFamily == AddressFamily.InterNetworkV6);
        world.Network.Run(async () =>
        {
            Relay.RelayServer relay = await world.StartRelayAsync(relayHost, IPAddress.IPv6Any);
            RelayAddress literal = new(six.ToString(), relay.Port, relay.Id);
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.Relays.Add(literal));
            await using AntsAgent bob = await world.StartAgentAsync(b, options => options.Relays.Add(literal));
            ConnectingTests.Serve(bob);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await ConnectingTests.EchoAsync(session);
            await world.UntilDirectAsync(session);
            Assert.That(session.CurrentPath.Remote.AddressFamily, Is.EqualTo(AddressFamily.InterNetworkV6));
        });
    }

    [Test]
    public void A_relay_is_found_by_its_name_and_looked_up_anew_at_each_attempt()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            NamedNetwork network = new(a.Network) { Answer = [IPAddress.Parse("203.0.113.250"), world.RelayHost.Addresses[0]] };
            await using AntsAgent alice = await world.StartAgentAsync(a, options =>
            {
                options.Network = network;
                options.Relays.Clear();
                options.Relays.Add(new RelayAddress("relay.example", 443, world.Relay.Id));
            });
            Assert.That(alice.HeldRelays, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void A_peer_at_an_address_that_a_relays_name_claims_is_direct_all_the_same()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.Network.AddHost(name: "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent bob = await world.StartAgentAsync(b, options => options.Port = 443);
            ConnectingTests.Serve(bob);
            NamedNetwork network = new(a.Network) { Answer = [world.RelayHost.Addresses[0], b.Addresses[0]] };
            await using AntsAgent alice = await world.StartAgentAsync(a, options =>
            {
                options.Network = network;
                options.Relays.Clear();
                options.Relays.Add(new RelayAddress("relay.example", 443, world.Relay.Id));
            });
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await world.UntilDirectAsync(session);
            await ConnectingTests.EchoAsync(session);
        });
    }

    [Test]
    public void A_resolver_that_throws_is_an_address_that_does_not_exist()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            AntsException e = await ConnectingTests.CatchAsync(world.StartAgentAsync(a, options =>
            {
                options.Network = new NamedNetwork(a.Network);
                options.Relays.Clear();
                options.Relays.Add(new RelayAddress("relay.example", 443, world.Relay.Id));
            }));
            Assert.That(e.Error, Is.EqualTo(AntsError.RelayUnreachable));
            Assert.That(e.Message, Does.StartWith("The relay host 'relay.example' has no address."));
        });
    }
}
