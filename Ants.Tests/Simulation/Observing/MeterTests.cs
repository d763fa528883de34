using Ants.Relay;
using Ants.Testing;
using Ants.Tests.Simulation.Agents;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Observing;

/// <summary>What the meters say of simulated agents and relays, counted exactly.</summary>
public class MeterTests
{
    [Test]
    public void A_cut_and_its_end_are_one_fallback_and_one_promotion_more()
    {
        using MeterBox alice = new();
        ObservedPair.Run(
            async pair =>
            {
                await pair.CutAndRestoreAsync();
                Assert.That(alice.Sum("ants.session.active", "ants.session.state=direct", "ants.direction=outgoing"), Is.EqualTo(1));
                Assert.That(alice.Sum("ants.session.active"), Is.EqualTo(1));
                Assert.That(alice.Sum("ants.link.active"), Is.EqualTo(1));
                Assert.That(alice.Sum("ants.stream.active", "ants.direction=outgoing"), Is.EqualTo(1));
            },
            options => options.MeterFactory = alice);
        Assert.Multiple(() =>
        {
            Assert.That(alice.Sum("ants.path.changes", "ants.change=promotion", "ants.path.from=relayed", "ants.path.to=direct"), Is.EqualTo(2));
            Assert.That(alice.Sum("ants.path.changes", "ants.change=fallback", "ants.path.from=direct", "ants.path.to=relayed"), Is.EqualTo(1));
            Assert.That(alice.Sum("ants.path.changes"), Is.EqualTo(3));
            Assert.That(alice.Sum("ants.handshakes", "ants.direction=outgoing", "ants.outcome=completed"), Is.EqualTo(1));
            Assert.That(alice.Sum("ants.handshakes"), Is.EqualTo(1));

            // Over the relay and back twice 20 ms; then candidates and a probe, and no more than a second.
            Assert.That(alice.Values("ants.handshake.duration").Single(), Is.InRange(0.04, 0.1));
            Assert.That(alice.Values("ants.session.time_to_direct").Single(), Is.InRange(0.02, 1));
            Assert.That(alice.Sum("ants.stream.opened", "ants.direction=outgoing"), Is.EqualTo(1));
            Assert.That(alice.Sum("ants.packet.lost"), Is.GreaterThan(0));
            Assert.That(alice.Sum("ants.frame.retransmitted"), Is.GreaterThan(0));
            Assert.That(alice.Sum("ants.session.active"), Is.Zero, "all sessions are over");
            Assert.That(alice.Sum("ants.stream.active"), Is.Zero, "all streams are over");
            Assert.That(alice.Sum("ants.link.active"), Is.Zero, "all links are over");
        });
    }

    [Test]
    public void Traffic_is_counted_by_carrier_and_stays_counted_when_the_agent_is_gone()
    {
        using MeterBox alice = new(), bob = new();
        double during = 0;
        ObservedPair.Run(
            async pair =>
            {
                await pair.World.UntilDirectAsync(pair.Session);
                await pair.World.PassAsync(25);
                during = alice.Sum("ants.network.io");
            },
            options => options.MeterFactory = alice,
            options => options.MeterFactory = bob);
        Assert.Multiple(() =>
        {
            Assert.That(during, Is.GreaterThan(10_000));
            Assert.That(alice.Sum("ants.network.io"), Is.GreaterThanOrEqualTo(during));
            Assert.That(alice.Sum("ants.network.io", "ants.carrier=websocket"), Is.Zero);
            Assert.That(
                alice.Sum("ants.network.packets", "network.io.direction=transmit", "ants.carrier=relayed"),
                Is.EqualTo(bob.Sum("ants.network.packets", "network.io.direction=receive", "ants.carrier=relayed")));

            // Every ten seconds, of a session that lasts for 25 and more.
            Assert.That(alice.Values("ants.path.rtt"), Has.Count.InRange(2, 3).And.All.InRange(0.0199, 0.05));
        });
    }

    [Test]
    public void A_call_in_vain_is_a_handshake_that_failed()
    {
        using MeterBox meters = new();
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.MeterFactory = meters);
            using AgentIdentity nobody = world.NextIdentity();
            Assert.That(await ObservedPair.CallInVainAsync(alice, nobody.Id), Is.EqualTo(AntsError.PeerUnreachable));
            await world.PassAsync(1);
        }, TimeSpan.FromMinutes(1));
        Assert.That(meters.Sum("ants.handshakes", "ants.outcome=failed", "error.type=no_answer"), Is.EqualTo(1));
        Assert.That(meters.Sum("ants.handshakes"), Is.EqualTo(1));
        Assert.That(meters.Sum("ants.session.active"), Is.Zero);
    }

    [Test]
    public void A_relay_counts_what_it_forwards_and_who_is_there()
    {
        using MeterBox meters = new();
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.Symmetric, "alice"), b = world.AddHost(NatKind.Symmetric, "bob");
        world.Network.Run(async () =>
        {
            RelayOptions options = new() { Identity = world.NextIdentity(), Listen = new(world.RelayHost.Addresses[0], 443), Network = world.RelayHost.Network, MeterFactory = meters };
            RelayServer relay = await RelayServer.StartAsync(options);
            await using AntsAgent alice = await world.StartAgentAsync(a, o => o.Relays.Add(relay.Address));
            await using AntsAgent bob = await world.StartAgentAsync(b, o => o.Relays.Add(relay.Address));
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            Assert.That(meters.Sum("ants.relay.agents"), Is.EqualTo(2));
            Assert.That(meters.Sum("ants.relay.forwarded.packets"), Is.EqualTo(relay.Counters.ForwardedPackets).And.GreaterThan(2));
            Assert.That(meters.Sum("ants.relay.forwarded.io"), Is.EqualTo(relay.Counters.ForwardedBytes));
            Assert.That(meters.Sum("ants.relay.stun", "ants.outcome=answered"), Is.EqualTo(relay.Counters.StunAnswered).And.GreaterThan(0));
            long forwarded = relay.Counters.ForwardedPackets;
            await relay.DisposeAsync();
            Assert.That(meters.Sum("ants.relay.agents"), Is.Zero);
            Assert.That(meters.Sum("ants.relay.forwarded.packets"), Is.GreaterThanOrEqualTo(forwarded), "what was counted stays");
        }, TimeSpan.FromMinutes(1));
    }
}
