using System.Net;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// What a host is told of without an address of its own changing, or is not told of at all: routes, NATs that forget or get another
/// address, sleep, sockets that end. Bounds are in round trips over the relay between the two agents.
/// </summary>
public class OutageTests
{
    private static readonly double[] s_roundTrips = TalkScene.RoundTrips;

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_change_of_route_that_leaves_every_address_as_it_was_is_followed_at_once(double roundTrip) =>
        TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
        {
            // Another router with the same network inside: all mappings are new, and the system says only that something happened.
            int oldPort = scene.BobsSession.CurrentPath.Remote.Port;
            Instant changed = scene.World.Network.Now;
            scene.A.Nat!.ForgetMappings();
            scene.System.Notify();
            await scene.UntilDirectByAnotherPortAsync(oldPort, changed, 2000);
            await scene.World.PassAsync(1);
            scene.ReportGap("route changed", changed, roundTrip + TalkScene.Allowance);
        });

    [Test]
    public void A_notice_of_nothing_disturbs_nobody() => TalkScene.Run(40, NatKind.PortRestricted, async scene =>
    {
        Instant first = scene.World.Network.Now;
        for (int i = 0; i < 100; i++)
        {
            scene.System.Notify();
            await scene.World.PassAsync(0.05);
        }

        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
        scene.ReportGap("notices of nothing", first, 20 + 15);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_NAT_that_gets_another_public_address_is_found_within_two_probe_timeouts(double roundTrip) =>
        TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
        {
            // As a provider does at night: nobody tells the hosts behind it, and what comes to the old address goes nowhere.
            double probeTimeout = scene.Alice.Core.Peers.Single().Session.Paths.Active!.Recovery.ProbeTimeout.TotalMilliseconds;
            Instant changed = scene.World.Network.Now;
            IPAddress old = scene.A.Nat!.PublicAddress, fresh = scene.A.Nat!.ChangePublicAddress();
            scene.A.Nat!.ForgetMappings();
            Assert.That(fresh, Is.Not.EqualTo(old));
            await scene.UntilDirectFromAsync(scene.A, changed, 2000);
            await scene.World.PassAsync(1);
            scene.ReportGap("another public address", changed, (2 * probeTimeout) + roundTrip + 10);
        });

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_mapping_that_changes_in_silence_is_found_within_two_probe_timeouts(double roundTrip) =>
        TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
        {
            double probeTimeout = scene.Alice.Core.Peers.Single().Session.Paths.Active!.Recovery.ProbeTimeout.TotalMilliseconds;
            int oldPort = scene.BobsSession.CurrentPath.Remote.Port;
            Instant forgot = scene.World.Network.Now;
            scene.A.Nat!.ForgetMappings();
            await scene.UntilDirectByAnotherPortAsync(oldPort, forgot, 2000);
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

    [TestCase(20)]
    [TestCase(600)]
    public void A_sleep_that_the_monotonic_clock_has_counted_is_survived(double minutes) => TalkScene.Run(100, NatKind.PortRestricted, async scene =>
    {
        // Windows: the clock goes on, no timer fires. All deadlines are over at once when it wakes, the relay's patience above all.
        int oldPort = scene.BobsSession.CurrentPath.Remote.Port;
        scene.A.Nat!.ForgetMappings();
        Instant woke = scene.World.Network.Now;
        int before = scene.Talk.Arrived;
        scene.System.Sleep(TimeSpan.FromMinutes(minutes));
        await scene.World.UntilAsync(() => scene.Talk.Arrived > before, 2, "lines go on");
        await scene.UntilDirectByAnotherPortAsync(oldPort, woke, 5000);
        await scene.World.PassAsync(1);
        scene.ReportGap("woke", woke, 1000);
    });

    [TestCase(false)]
    [TestCase(true)]
    public void A_socket_that_the_system_ends_is_bound_again_and_the_session_goes_on(bool portIsTaken) =>
        TalkScene.Run(40, NatKind.PortRestricted, async scene =>
        {
            int port = scene.Alice.Core.Driver.LocalEndPoint.Port, mapped = scene.BobsSession.CurrentPath.Remote.Port;
            Instant ended = scene.World.Network.Now;
            scene.System.EndSocket();
            if (portIsTaken)
            {
                // Another program is quicker.
                _ = scene.A.Bind(port, (_, _, _) => { });
            }

            await scene.World.PassAsync(2);
            Assert.That(scene.Alice.Core.Driver.LocalEndPoint.Port == port, Is.EqualTo(!portIsTaken), "the same port where it can be had");
            Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
            Assert.That(scene.BobsSession.CurrentPath.Remote.Port == mapped, Is.EqualTo(!portIsTaken), "another port is another mapping");
            scene.ReportGap("socket ended", ended, 40 + TalkScene.Allowance);
        });
}
