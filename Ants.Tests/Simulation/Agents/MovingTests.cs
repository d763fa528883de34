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
    private const double Allowance = TalkScene.Allowance;

    private static readonly double[] s_roundTrips = TalkScene.RoundTrips;

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_direct_session_goes_on_within_one_round_trip_of_a_move(double roundTrip) => TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        await scene.UntilDirectFromAsync(scene.A, moved, 2000);
        await scene.World.PassAsync(2);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void The_one_who_did_not_begin_the_session_moves_as_easily(double roundTrip) => TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        Instant moved = scene.World.Network.Now;
        scene.B.Move(cafe);
        await scene.UntilDirectFromAsync(scene.B, moved, 2000);
        await scene.World.PassAsync(2);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void A_relayed_session_goes_on_within_one_round_trip_of_a_move(double roundTrip) => TalkScene.Run(roundTrip, NatKind.Symmetric, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.Symmetric);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        await scene.World.PassAsync(3);
        scene.ReportGap("moved", moved, roundTrip + Allowance);
    });

    [TestCaseSource(nameof(s_roundTrips))]
    public void From_Wi_Fi_to_cellular_with_an_overlap_nothing_waits(double roundTrip) => TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
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
        TalkScene.Run(100, NatKind.PortRestricted, async scene =>
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
            await scene.UntilDirectFromAsync(scene.A, back, 3000);
        });

    [TestCaseSource(nameof(s_roundTrips))]
    public void An_interface_that_goes_down_and_comes_up_with_its_address_is_back_at_once(double roundTrip) =>
        TalkScene.Run(roundTrip, NatKind.PortRestricted, async scene =>
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
    public void A_host_that_gets_the_same_address_in_another_network_is_followed_too() => TalkScene.Run(100, NatKind.PortRestricted, async scene =>
    {
        // As any two home routers give: 192.168.1.10 here and there.
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        IPAddress address = scene.A.Addresses[0];
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        scene.A.RemoveAddress(scene.A.Addresses[0]);
        scene.A.AddAddress(address);
        await scene.UntilDirectFromAsync(scene.A, moved, 2000);
        scene.ReportGap("moved", moved, 100 + Allowance);
    });

    [Test]
    public void A_flapping_interface_is_borne() => TalkScene.Run(40, NatKind.PortRestricted, async scene =>
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
}
