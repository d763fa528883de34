using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Networks that let no UDP out, and such that begin or cease to: alice's relay session travels by WebSocket or by UDP, whichever
/// works, and her lines go on. 20 ms of round trip between any two public hosts, 40 ms over the relay.
/// </summary>
public class WebSocketTests
{
    private static readonly int[] s_seeds = [1, 2, 3];

    [Test]
    public void With_UDP_no_connection_is_ever_opened() => Talk(1, blocked: false, async scene =>
    {
        await scene.World.PassAsync(120);
        Assert.That(scene.A.WebSockets.OpenedCount + scene.B.WebSockets.OpenedCount, Is.Zero);
    });

    [Test]
    public void Without_UDP_an_agent_is_registered_a_few_round_trips_after_UDPs_head_start()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            using IDisposable firewall = BlockUdp(world, a);
            Instant start = world.Network.Now;
            await using AntsAgent alice = await world.StartAgentAsync(a);
            TimeSpan took = world.Network.Now - start;
            TestContext.Out.WriteLine($"registered after {took.TotalMilliseconds:0} ms");

            // 250 ms of head start, three round trips to open, one of the handshake, one to be registered.
            Assert.That(took.TotalMilliseconds, Is.InRange(350, 360));
        });
    }

    [Test]
    public void A_second_call_in_a_network_without_UDP_gives_it_no_head_start() => Talk(1, blocked: true, async scene =>
    {
        Instant reset = scene.World.Network.Now;
        scene.A.WebSockets.Reset();
        await scene.World.PassAsync(3);
        scene.ReportGap("connection reset", reset, 350);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void UDP_that_is_allowed_again_is_used_within_five_seconds_and_the_connection_is_let_go(int seed) => Talk(seed, blocked: true, async scene =>
    {
        await scene.World.PassAsync(60);
        Assert.That(scene.A.WebSockets.OpenCount, Is.EqualTo(1));
        scene.Firewall!.Dispose();
        Instant allowed = scene.World.Network.Now;
        await scene.UntilOnAsync(CarrierKind.Udp, 5);
        TestContext.Out.WriteLine($"on UDP {(scene.World.Network.Now - allowed).TotalMilliseconds:0} ms after it was allowed");
        await scene.World.PassAsync(15);
        Assert.That(scene.A.WebSockets.OpenCount, Is.Zero);
        Assert.That(scene.World.Relay.ConnectionCount, Is.Zero);
        scene.ReportGap("allowed", allowed, 100);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void UDP_that_dies_is_replaced_within_a_second(int seed) => Talk(seed, blocked: false, async scene =>
    {
        Instant blocked = scene.World.Network.Now;
        using IDisposable firewall = BlockUdp(scene.World, scene.A);
        await scene.UntilOnAsync(CarrierKind.WebSocket, 1);
        await scene.World.PassAsync(5);
        scene.ReportGap("UDP blocked", blocked, 500);
    }, NatKind.Symmetric);

    [TestCaseSource(nameof(s_seeds))]
    public void UDP_that_comes_and_goes_loses_no_line(int seed) => Talk(seed, blocked: false, async scene =>
    {
        for (int i = 0; i < 5; i++)
        {
            Instant blocked = scene.World.Network.Now;
            using (BlockUdp(scene.World, scene.A))
            {
                await scene.UntilOnAsync(CarrierKind.WebSocket, 2);
                await scene.World.PassAsync(7);
            }

            await scene.UntilOnAsync(CarrierKind.Udp, 5);
            await scene.World.PassAsync(3);
            scene.ReportGap($"round {i + 1}", blocked, 500);
        }
    }, NatKind.Symmetric);

    [TestCaseSource(nameof(s_seeds))]
    public void A_half_open_connection_is_replaced(int seed) => Talk(seed, blocked: true, async scene =>
    {
        Instant frozen = scene.World.Network.Now;
        scene.A.WebSockets.Freeze();
        await scene.World.PassAsync(10);
        scene.ReportGap("half-open", frozen, 500);
        await scene.World.PassAsync(120);
        Assert.That(scene.A.WebSockets.OpenCount, Is.EqualTo(1), "the dead connection was given up here");
        Assert.That(scene.World.RelayHost.WebSockets.OpenCount, Is.EqualTo(1), "and at the relay");
    });

    [Test]
    public void An_idle_agent_finds_its_half_open_connection_within_half_a_minute()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            using IDisposable firewall = BlockUdp(world, a);
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await world.PassAsync(5);
            int before = a.WebSockets.OpenedCount;
            a.WebSockets.Freeze();
            await world.UntilAsync(() => a.WebSockets.OpenedCount > before, 27, "another connection is opened");
            await world.PassAsync(3);
            Assert.That(alice.HeldRelays, Has.Count.EqualTo(1));
            Assert.That(world.Relay.AgentCount, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_relay_that_takes_the_connection_and_says_nothing_wedges_nobody()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), mute = world.Network.AddHost(name: "mute");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            using IDisposable firewall = BlockUdp(world, a), silence = mute.WebSockets.Listen(443, (_, _) => { });
            await using AntsAgent alice = await world.StartAgentAsync(a, options =>
                options.Relays.Add(new RelayAddress(mute.Addresses[0].ToString(), 443, new RelayId(world.NextIdentity().Id))));
            Assert.That(alice.HeldRelays, Is.EqualTo([world.Relay.Address]));
            await world.PassAsync(120);
            Assert.That(a.WebSockets.OpenCount, Is.LessThanOrEqualTo(2), "attempts that fail leave nothing behind");
            Assert.That(a.WebSockets.OpenedCount, Is.GreaterThan(6), "and go on");
        });
    }

    [Test]
    public void An_agent_without_any_way_out_is_back_seconds_after_it_has_one()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            IDisposable firewall = BlockUdp(world, a);
            await using AntsAgent alice = await world.StartAgentAsync(a);
            world.Network.Cut(a, world.RelayHost);
            await world.PassAsync(300);
            Assert.That(alice.HeldRelays, Is.Empty);
            world.Network.RestoreAll();
            await world.UntilAsync(() => alice.HeldRelays.Count == 1, 16, "the relay is held again");
        });
    }

    [Test]
    public void A_relay_of_another_key_is_named_as_such_by_WebSocket_too()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            using IDisposable firewall = BlockUdp(world, a);
            RelayAddress wrong = new(world.RelayHost.Addresses[0].ToString(), 443, new RelayId(world.NextIdentity().Id));
            AntsError? error = null;
            try
            {
                await using AntsAgent alice = await world.StartAgentAsync(a, options =>
                {
                    options.Relays.Clear();
                    options.Relays.Add(wrong);
                });
            }
            catch (AntsException e)
            {
                error = e.Error;
            }

            Assert.That(error, Is.EqualTo(AntsError.RelayKeyMismatch));
        });
    }

    [Test]
    public void A_slow_network_stays_on_UDP()
    {
        using AgentWorld world = new(relayDelayMs: 300);
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await world.PassAsync(30);
            Assert.That(alice.Core.Links.All[0].Session!.Paths.Active!.Remote.Kind, Is.EqualTo(CarrierKind.Udp));
            Assert.That(a.WebSockets.OpenCount, Is.Zero);
        });
    }

    [TestCaseSource(nameof(s_seeds))]
    public void A_network_that_drops_every_tenth_datagram_loses_no_line(int seed) => Talk(seed, blocked: false, async scene =>
    {
        Instant bad = scene.World.Network.Now;
        scene.World.Network.Loss = 0.1;
        await scene.World.PassAsync(120);
        scene.World.Network.Loss = 0;
        TestContext.Out.WriteLine($"{scene.A.WebSockets.OpenedCount + scene.B.WebSockets.OpenedCount} connections opened in two minutes");
        scene.ReportGap("every tenth datagram dropped", bad, 2000);
    }, NatKind.Symmetric);

    [Test]
    public void A_connection_that_brings_nothing_authentic_is_closed_by_the_relay()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "stranger");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            WebSocketRequest request = new() { Address = new Uri($"wss://{world.RelayHost.Addresses[0]}:443/ants") };
            using System.Net.WebSockets.WebSocket socket = await a.Network.ConnectWebSocketAsync(request);
            Assert.That(world.Relay.ConnectionCount, Is.EqualTo(1));
            for (int i = 0; i < 20; i++)
            {
                if (socket.State == System.Net.WebSockets.WebSocketState.Open)
                {
                    await socket.SendAsync(new byte[] { 0, 3, 64, 1, 2 }, System.Net.WebSockets.WebSocketMessageType.Binary, true, default);
                }

                await world.PassAsync(1);
            }

            Assert.That(world.Relay.ConnectionCount, Is.Zero);
        });
    }

    [Test]
    public void A_host_that_moves_to_a_network_without_UDP_and_back_takes_its_session_along() => Talk(1, blocked: false, async scene =>
    {
        SimulatedNat hotel = scene.World.Network.AddNat(NatKind.PortRestricted), home = scene.A.Nat!;
        Instant moved = scene.World.Network.Now;
        IDisposable firewall = BlockUdp(scene.World, scene.A);
        scene.A.Move(hotel);
        await scene.UntilOnAsync(CarrierKind.WebSocket, 3);
        await scene.World.PassAsync(5);
        scene.ReportGap("moved", moved, 2500);
        moved = scene.World.Network.Now;
        firewall.Dispose();
        scene.A.Move(home);
        await scene.UntilOnAsync(CarrierKind.Udp, 1);
        await scene.World.PassAsync(5);
        scene.ReportGap("moved back", moved, 1000);
    });

    private static IDisposable BlockUdp(AgentWorld world, SimulatedHost host) =>
        world.Network.Block((in datagram) => datagram.Sender == host || datagram.Receiver == host);

    private static void Talk(int seed, bool blocked, Func<Scene, Task> story, NatKind? kind = null)
    {
        using AgentWorld world = new(seed);
        SimulatedHost a = world.AddHost(kind ?? NatKind.PortRestricted, "alice"), b = world.AddHost(kind ?? NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            IDisposable? firewall = blocked ? BlockUdp(world, a) : null;
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            LineTalk talk = await LineTalk.StartAsync(world, session, bob);
            await world.PassAsync(5);
            await story(new Scene(world, a, b, alice, talk, firewall));
            await talk.StopAsync();
        }, TimeSpan.FromMinutes(10));
    }

    private sealed record Scene(AgentWorld World, SimulatedHost A, SimulatedHost B, AntsAgent Alice, LineTalk Talk, IDisposable? Firewall)
    {
        public Task UntilOnAsync(CarrierKind carrier, double seconds) => World.UntilAsync(
            () => Alice.Core.Links.All[0].Session?.Paths.Active?.Remote.Kind == carrier, seconds, $"the relay session is on {carrier}");

        public void ReportGap(string what, Instant since, double mostMs)
        {
            TimeSpan gap = Talk.LongestGapSince(since);
            TestContext.Out.WriteLine($"{what}: longest gap {gap.TotalMilliseconds:0} ms");
            Assert.That(gap.TotalMilliseconds, Is.LessThanOrEqualTo(mostMs), what);
        }
    }
}
