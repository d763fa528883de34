using System.Net;
using Ants.Agents;
using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Relays that fail in every way there is: the agent goes on over another one, and is back when the relay is.</summary>
public class ReconnectTests
{
    // The longest backoff, ten seconds, and an attempt that was under way to a relay that was not there yet.
    private const double BackWithin = 16;

    // A keepalive is due 25 s after the last packet, and its loss is believed 5 s later.
    private const double SilenceNoticedWithin = 45;

    [Test]
    public void A_relay_that_accepts_and_says_nothing_is_left_and_tried_again() => Run(async scene =>
    {
        await scene.Bad.DisposeAsync();
        MuteRelay mute = new(scene.BadHost.Network, new IPEndPoint(scene.BadHost.Addresses[0], 443), scene.BadIdentity);
        Instant start = scene.World.Network.Now;
        await using AntsAgent alice = await scene.StartAsync(scene.World.Network.AddHost());
        Assert.That(scene.World.Network.Now - start, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(3.1)));
        Assert.That(alice.HeldRelays, Is.EqualTo(new[] { scene.Good.Address }));
        await scene.World.PassAsync(60);
        Assert.That(mute.Accepted, Is.InRange(3, 12));
        await mute.DisposeAsync();
        await scene.World.RestartRelayAsync(scene.Bad);
        await scene.BackAsync(alice);
    });

    [Test]
    public void A_relay_that_falls_silent_is_noticed_and_found_again() => Run(async scene =>
    {
        SimulatedHost host = scene.World.Network.AddHost();
        await using AntsAgent alice = await scene.StartAsync(host);
        scene.World.Network.Cut(host, scene.BadHost);
        await scene.World.UntilAsync(() => alice.HeldRelays.Count == 1, SilenceNoticedWithin, "the silence is noticed");
        await scene.World.PassAsync(600);
        scene.World.Network.Restore(host, scene.BadHost);
        await scene.BackAsync(alice);
    });

    [Test]
    public void A_name_service_that_fails_and_returns_costs_a_backoff_and_no_more() => Run(async scene =>
    {
        SimulatedHost host = scene.World.Network.AddHost();
        NamedNetwork names = new(host.Network);
        await using AntsAgent alice = await scene.World.StartAgentAsync(host, options =>
        {
            options.Network = names;
            options.Relays.Add(new RelayAddress("relay.example", 443, scene.Bad.Id));
            names.Literal = scene.Good.Address.Host;
        });
        Assert.That(alice.HeldRelays, Is.EqualTo(new[] { scene.Good.Address }));
        await scene.World.PassAsync(300);
        names.Answer = [scene.BadHost.Addresses[0]];
        await scene.BackAsync(alice);
    });

    [TestCase(1)]
    [TestCase(2)]
    public void A_relay_that_restarts_with_its_key_is_held_again_within_two_seconds_under_load(int seed) => Run(async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync(scene.World.AddHost(NatKind.Symmetric, "alice"));
        await using AntsAgent bob = await scene.StartAsync(scene.World.AddHost(NatKind.Symmetric, "bob"));
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, bob, 100);
        await scene.World.PassAsync(2);
        RelayServer carrying = session.CurrentPath.Remote.Address.Equals(scene.BadHost.Addresses[0]) ? scene.Bad : scene.Good;
        SimulatedHost host = carrying == scene.Bad ? scene.BadHost : scene.World.RelayHost;
        Instant killed = scene.World.Network.Now;
        host.Kill();
        await carrying.DisposeAsync();
        host.Restart();
        RelayServer again = await scene.World.RestartRelayAsync(carrying);
        await scene.World.UntilAsync(() => again.AgentCount == 2, 2, "both agents are back");
        TestContext.Out.WriteLine($"back after {(scene.World.Network.Now - killed).TotalMilliseconds:0} ms, "
            + $"longest gap {talk.LongestGapSince(killed).TotalMilliseconds:0} ms");
        await scene.World.PassAsync(3);
        Assert.That(talk.LongestGapSince(killed), Is.LessThan(TimeSpan.FromMilliseconds(500)));
        await talk.StopAsync();
    }, seed);

    [Test]
    public void A_relay_that_is_replaced_by_one_with_another_key_is_refused_by_name_and_the_other_used() => Run(async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync(scene.World.Network.AddHost());
        await scene.Bad.DisposeAsync();
        RelayServer impostor = await RelayServer.StartAsync(new RelayOptions
        {
            Identity = scene.World.NextIdentity(),
            Listen = new IPEndPoint(scene.BadHost.Addresses[0], 443),
            Network = scene.BadHost.Network,
        });
        RelayLink link = alice.Core.Links.Find(scene.Bad.Id)!;
        await scene.World.UntilAsync(() => link.Failure?.Error == AntsError.RelayKeyMismatch, 10, "the other key is named");
        Assert.That(link.Failure!.Message, Does.Contain($"expected {scene.Bad.Id}, found {impostor.Id}"));
        Assert.That(alice.HeldRelays, Is.EqualTo(new[] { scene.Good.Address }));
        Assert.That(impostor.AgentCount, Is.Zero);
        await impostor.DisposeAsync();
        await scene.World.RestartRelayAsync(scene.Bad);
        await scene.BackAsync(alice);
    });

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_relay_that_drops_every_tenth_packet_is_held_and_carries(int seed) => Run(async scene =>
    {
        int passed = 0;
        using IDisposable loss = scene.World.Network.Block((in SimulatedDatagram datagram) => ++passed % 10 == 0);
        await using AntsAgent alice = await scene.StartAsync(scene.World.AddHost(NatKind.Symmetric, "alice"));
        await using AntsAgent bob = await scene.StartAsync(scene.World.AddHost(NatKind.Symmetric, "bob"));
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, bob);
        Instant start = scene.World.Network.Now;
        await scene.World.PassAsync(60);
        Assert.That((alice.HeldRelays.Count, bob.HeldRelays.Count), Is.EqualTo((2, 2)));
        TestContext.Out.WriteLine($"longest gap {talk.LongestGapSince(start).TotalMilliseconds:0} ms");
        Assert.That(talk.LongestGapSince(start), Is.LessThan(TimeSpan.FromSeconds(1)));
        await talk.StopAsync();
    }, seed);

    private static void Run(Func<Scene, Task> story, int seed = 1)
    {
        using AgentWorld world = new(seed);
        SimulatedHost bad = world.Network.AddHost(name: "bad");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            AgentIdentity identity = world.NextIdentity();
            await story(new Scene(world, bad, identity, world.Relay, await world.StartRelayAsync(bad, identity: identity)));
        }, TimeSpan.FromMinutes(20));
    }

    private sealed record Scene(AgentWorld World, SimulatedHost BadHost, AgentIdentity BadIdentity, RelayServer Good, RelayServer Bad)
    {
        public Task<AntsAgent> StartAsync(SimulatedHost host) => World.StartAgentAsync(host, options => options.Relays.Add(Bad.Address));

        public async Task BackAsync(AntsAgent agent)
        {
            Instant since = World.Network.Now;
            await World.UntilAsync(() => agent.HeldRelays.Count == 2, BackWithin, "the relay is held again");
            TestContext.Out.WriteLine($"held again after {(World.Network.Now - since).TotalSeconds:0.0} s");
        }
    }
}
