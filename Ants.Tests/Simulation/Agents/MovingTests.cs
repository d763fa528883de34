using System.Net;
using System.Net.Sockets;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// A host changes its network under a session, and its system says so. Bounds are in round trips over the relay between the two
/// agents: one is what it takes until each has heard from the other after the change.
/// </summary>
public class MovingTests
{
    // Beyond the round trips: the pace of the lines (10 ms), and a probe timeout's share for acknowledgements that are held back.
    private const double Allowance = 50;

    private static readonly double[] s_roundTrips = [20, 50, 100, 200, 300];

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_direct_session_goes_on_within_one_round_trip_of_a_move(double roundTrip) => Talk(roundTrip, NatKind.PortRestricted, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        await scene.UntilDirectFromAsync(cafe.PublicAddress, moved, 2000);
        await scene.World.PassAsync(2);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void The_one_who_did_not_begin_the_session_moves_as_easily(double roundTrip) => Talk(roundTrip, NatKind.PortRestricted, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        Instant moved = scene.World.Network.Now;
        scene.B.Move(cafe);
        await scene.World.UntilAsync(
            () => scene.BobsSession.CurrentPath.Kind == PathKind.Direct && scene.Session.CurrentPath is { Kind: PathKind.Direct } path
                && path.Remote.Address.Equals(cafe.PublicAddress),
            2, "the session is direct from the new network");
        await scene.World.PassAsync(2);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_relayed_session_goes_on_within_one_round_trip_of_a_move(double roundTrip) => Talk(roundTrip, NatKind.Symmetric, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.Symmetric);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        await scene.World.PassAsync(3);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void From_Wi_Fi_to_cellular_with_an_overlap_nothing_waits(double roundTrip) => Talk(roundTrip, NatKind.PortRestricted, async scene =>
    {
        // Both are there for a while: the system prefers the one that it has had for longer.
        IPAddress wifi = scene.A.Addresses[0];
        Instant began = scene.World.Network.Now;
        scene.A.AddAddress(AddressFamily.InterNetwork);
        await scene.World.PassAsync(1);
        scene.ReportGap("a second address", began, (roundTrip / 2) + 15);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct), "what has not changed is left in peace");
        Instant left = scene.World.Network.Now;
        scene.A.RemoveAddress(wifi);
        await scene.World.PassAsync(2);
        scene.ReportGap("the first address gone", left, roundTrip + Allowance);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
    });

    [TestCase(0.2)]
    [TestCase(3)]
    [TestCase(20)]
    [TestCase(120)]
    public void From_Wi_Fi_to_cellular_without_an_overlap_lines_go_on_when_there_is_an_address_again(double secondsWithout) =>
        Talk(100, NatKind.PortRestricted, async scene =>
        {
            SimulatedNat cellular = scene.World.Network.AddNat(NatKind.PortRestricted);
            scene.A.Disconnect();
            await scene.World.PassAsync(secondsWithout);
            Instant back = scene.World.Network.Now;
            int before = scene.Talk.Arrived;
            scene.A.Move(cellular);
            await scene.World.UntilAsync(() => scene.Talk.Arrived > before, 1, "lines go on");
            TestContext.Out.WriteLine($"lines {scene.Since(back):0} ms after there was an address again");

            // A relay session that is still there takes one round trip; one that was given up takes the handshake's two more.
            Assert.That(scene.Since(back), Is.LessThanOrEqualTo(300 + Allowance));
            await scene.UntilDirectFromAsync(cellular.PublicAddress, back, 3000);
        });

    [TestCaseSource(nameof(s_roundTrips))]
    public void An_interface_that_goes_down_and_comes_up_with_its_address_is_back_at_once(double roundTrip) =>
        Talk(roundTrip, NatKind.PortRestricted, async scene =>
        {
            IPAddress address = scene.A.Addresses[0];
            scene.A.RemoveAddress(address);
            await scene.World.PassAsync(1);
            Instant up = scene.World.Network.Now;
            scene.A.AddAddress(address);
            int before = scene.Talk.Arrived;
            await scene.World.UntilAsync(() => scene.Talk.Arrived > before, 1, "lines go on");
            Assert.That(scene.Since(up), Is.LessThanOrEqualTo(roundTrip + Allowance));
            await scene.World.UntilDirectAsync(scene.Session, 2);
        });

    [Test]
    public void A_host_that_gets_the_same_address_in_another_network_is_followed_too() => Talk(100, NatKind.PortRestricted, async scene =>
    {
        // As any two home routers give: 192.168.1.10 here and there.
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        IPAddress address = scene.A.Addresses[0];
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        scene.A.RemoveAddress(scene.A.Addresses[0]);
        scene.A.AddAddress(address);
        await scene.UntilDirectFromAsync(cafe.PublicAddress, moved, 2000);
        scene.ReportGap("moved", moved, 100 + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_mapping_that_changes_in_silence_is_found_within_two_probe_timeouts(double roundTrip) =>
        Talk(roundTrip, NatKind.PortRestricted, async scene =>
        {
            double probeTimeout = scene.Alice.Core.Peers.Single().Session.Paths.Active!.Recovery.ProbeTimeout.TotalMilliseconds;
            int oldPort = scene.BobsSession.CurrentPath.Remote.Port;
            Instant forgot = scene.World.Network.Now;
            scene.A.Nat!.ForgetMappings();
            await scene.World.UntilAsync(
                () => scene.Session.CurrentPath.Kind == PathKind.Direct
                    && scene.BobsSession.CurrentPath is { Kind: PathKind.Direct } path && path.Remote.Port != oldPort,
                2, "both are direct again, by the new port");
            TestContext.Out.WriteLine($"direct again {scene.Since(forgot):0} ms after the change; the probe timeout is {probeTimeout:0} ms");
            await scene.World.PassAsync(1);

            // One line's pace (10 ms) passes before anything is missed.
            scene.ReportGap("mappings forgotten", forgot, (2 * probeTimeout) + roundTrip + 10);
        });

    [Test]
    public void A_host_that_wakes_from_sleep_is_heard_of_before_the_next_keepalive()
    {
        using AgentWorld world = new(seed: 1);
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            AntsSession bobs = await bob.AcceptSessionAsync();
            await world.UntilDirectAsync(session);
            await world.PassAsync(2);
            int oldPort = bobs.CurrentPath.Remote.Port;

            // Eight hours by the date, none by the monotonic clock; the NAT has forgotten both agents' mappings of yesterday.
            a.Nat!.ForgetMappings();
            a.ClockSkew += TimeSpan.FromHours(8);
            await world.UntilAsync(
                () => session.CurrentPath.Kind == PathKind.Direct
                    && bobs.CurrentPath is { Kind: PathKind.Direct } path && path.Remote.Port != oldPort,
                17, "both are direct again, by the new port");
        }, TimeSpan.FromMinutes(5));
    }

    [Test]
    public void A_socket_that_the_system_ends_is_bound_again_and_the_session_goes_on()
    {
        using AgentWorld world = new(seed: 1);
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        MortalNetwork mortal = new(a.Network);
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.Network = mortal);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            LineTalk talk = await LineTalk.StartAsync(world, session, bob, linesPerSecond: 100);
            await world.UntilDirectAsync(session);
            await world.PassAsync(2);
            int port = alice.Core.Driver.LocalEndPoint.Port;
            Instant ended = world.Network.Now;
            mortal.EndSocket();
            await world.PassAsync(2);
            Assert.Multiple(() =>
            {
                Assert.That(alice.Core.Driver.LocalEndPoint.Port, Is.EqualTo(port), "the same port");
                Assert.That(talk.LongestGapSince(ended).TotalMilliseconds, Is.LessThanOrEqualTo(100));
                Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
            });
            await talk.StopAsync();
        }, TimeSpan.FromMinutes(5));
    }

    [Test]
    public void A_flapping_interface_is_borne() => Talk(40, NatKind.PortRestricted, async scene =>
    {
        for (int i = 0; i < 20; i++)
        {
            SimulatedNat nat = scene.World.Network.AddNat(NatKind.PortRestricted);
            scene.A.Move(nat);
            await scene.World.PassAsync(0.15);
        }

        Instant calm = scene.World.Network.Now;
        await scene.World.UntilDirectAsync(scene.Session, 3);
        await scene.World.PassAsync(1);
        scene.ReportGap("flapping", calm, 1000);
    });

    private static void Talk(double roundTripMs, NatKind kind, Func<Scene, Task> story)
    {
        // Two agents and the relay between them: four ways of this length are one round trip.
        using AgentWorld world = new(seed: 1, relayDelayMs: roundTripMs / 4);
        SimulatedHost a = world.AddHost(kind, "alice"), b = world.AddHost(kind, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            AntsSession bobs = await bob.AcceptSessionAsync();
            LineTalk talk = await LineTalk.StartAsync(world, session, bob, linesPerSecond: 100);
            if (kind == NatKind.PortRestricted)
            {
                await world.UntilDirectAsync(session);
            }

            await world.PassAsync(2);
            await story(new Scene(world, a, b, alice, session, bobs, talk));
            await talk.StopAsync();
        }, TimeSpan.FromMinutes(5));
    }

    private sealed record Scene(
        AgentWorld World, SimulatedHost A, SimulatedHost B, AntsAgent Alice, AntsSession Session, AntsSession BobsSession, LineTalk Talk)
    {
        public double Since(Instant then) => (World.Network.Now - then).TotalMilliseconds;

        public async Task UntilDirectFromAsync(IPAddress address, Instant since, double withinMs)
        {
            await World.UntilAsync(
                () => Session.CurrentPath.Kind == PathKind.Direct && BobsSession.CurrentPath is { Kind: PathKind.Direct } path
                    && path.Remote.Address.Equals(address),
                withinMs / 1000, "the session is direct from the new network");
            TestContext.Out.WriteLine($"direct again {Since(since):0} ms after the change");
        }

        public void ReportGap(string what, Instant since, double mostMs)
        {
            TimeSpan gap = Talk.LongestGapSince(since);
            TestContext.Out.WriteLine($"{what}: longest gap {gap.TotalMilliseconds:0} ms, at most {mostMs:0}");
            Assert.That(gap.TotalMilliseconds, Is.LessThanOrEqualTo(mostMs), what);
        }
    }
}
