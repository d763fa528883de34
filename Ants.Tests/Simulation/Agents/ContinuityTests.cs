using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Lines go on through whatever happens to the network: each once and in order, with a pause that is bounded. Two agents
/// behind port-restricted NATs; 20 ms of round trip between any two public hosts, 40 ms over the relay.
/// </summary>
public class ContinuityTests
{
    private static readonly int[] s_seeds = [1, 2, 3];

    [TestCaseSource(nameof(s_seeds))]
    public void A_cut_of_the_direct_path_falls_back_and_its_end_brings_the_session_back(int seed) => Talk(seed, 50, async scene =>
    {
        Instant cut = scene.World.Network.Now;
        scene.World.Network.Cut(scene.A, scene.B);
        await scene.World.PassAsync(5);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
        scene.ReportGap("cut", cut, 400);
        Instant restored = scene.World.Network.Now;
        scene.World.Network.RestoreAll();
        await scene.World.UntilDirectAsync(scene.Session, 1.5);
        TestContext.Out.WriteLine($"direct {(scene.World.Network.Now - restored).TotalMilliseconds:0} ms after the way was open again");
        scene.ReportGap("restored", restored, 200);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_cut_of_one_direction_falls_back_too(int seed) => Talk(seed, 100, async scene =>
    {
        Instant cut = scene.World.Network.Now;
        scene.World.Network.CutOneWay(scene.A, scene.B);
        await scene.World.PassAsync(5);
        scene.ReportGap("cut one way", cut, 600);
        scene.World.Network.RestoreAll();
        await scene.World.UntilDirectAsync(scene.Session, 3);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_NAT_that_forgets_its_mappings_and_gives_other_ports_is_punched_again(int seed) => Talk(seed, 50, async scene =>
    {
        Instant forgot = scene.World.Network.Now;
        int oldPort = scene.BobsSession.CurrentPath.Remote.Port;
        scene.A.Nat!.ForgetMappings();
        await scene.World.UntilAsync(
            () => scene.Session.CurrentPath.Kind == PathKind.Direct
                && scene.BobsSession.CurrentPath is { Kind: PathKind.Direct } path && path.Remote.Port != oldPort
                && scene.A.Nat.Mappings.Any(mapping => mapping.External.Equals(path.Remote)),
            5, "both are direct again, by the new port");
        TestContext.Out.WriteLine($"direct {(scene.World.Network.Now - forgot).TotalMilliseconds:0} ms after the mappings were forgotten");
        await scene.World.PassAsync(1);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
        scene.ReportGap("mappings forgotten", forgot, 1500);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_host_that_moves_to_another_network_takes_its_session_along(int seed) => Talk(seed, 50, async scene =>
    {
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.PortRestricted);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(cafe);
        await scene.World.PassAsync(0.5);
        await scene.World.UntilAsync(
            () => scene.BobsSession.CurrentPath.Kind == PathKind.Direct && scene.BobsSession.CurrentPath.Remote.Address.Equals(cafe.PublicAddress),
            5, "the session is direct from the new network");
        TestContext.Out.WriteLine($"direct {(scene.World.Network.Now - moved).TotalMilliseconds:0} ms after the move");
        scene.ReportGap("moved", moved, 500);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_host_that_moves_behind_a_symmetric_NAT_goes_on_relayed(int seed) => Talk(seed, 50, async scene =>
    {
        SimulatedNat office = scene.World.Network.AddNat(NatKind.Symmetric);
        Instant moved = scene.World.Network.Now;
        scene.A.Move(office);
        await scene.World.PassAsync(5);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
        scene.ReportGap("moved", moved, 1000);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_relay_that_dies_while_the_session_is_direct_is_not_missed_and_comes_back(int seed) => Talk(seed, 50, async scene =>
    {
        Instant killed = scene.World.Network.Now;
        await scene.World.KillRelayAsync();
        await scene.World.PassAsync(40);
        scene.ReportGap("relay killed", killed, 60);
        Assert.That(scene.Alice.HeldRelays, Is.Empty);
        await scene.World.RestartRelayAsync();
        await scene.World.UntilAsync(() => scene.Alice.HeldRelays.Count == 1 && scene.Bob.HeldRelays.Count == 1, 45, "the relay is held again");
        scene.World.Network.Cut(scene.A, scene.B);
        Instant cut = scene.World.Network.Now;
        await scene.World.PassAsync(5);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
        scene.ReportGap("cut after the relay's return", cut, 1000);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void A_relayed_session_whose_relay_dies_sleeps_and_wakes_with_it(int seed) => Talk(seed, 50, async scene =>
    {
        Instant killed = scene.World.Network.Now;
        await scene.World.KillRelayAsync();
        await scene.World.PassAsync(50);
        int before = scene.Talk.Arrived;
        await scene.World.RestartRelayAsync();
        Instant back = scene.World.Network.Now;
        await scene.World.UntilAsync(() => scene.Talk.Arrived > before, 46, "lines go on");
        TestContext.Out.WriteLine($"lines {(scene.World.Network.Now - back).TotalMilliseconds:0} ms after the relay's return");
    }, NatKind.Symmetric);

    [TestCaseSource(nameof(s_seeds))]
    public void A_relayed_session_goes_on_over_another_relay_when_its_own_dies(int seed) => Talk(seed, 50, async scene =>
    {
        Instant killed = scene.World.Network.Now;
        await scene.World.KillRelayAsync();
        await scene.World.PassAsync(5);
        scene.ReportGap("relay killed, another one held", killed, 1000);
    }, NatKind.Symmetric, relays: 2);

    [TestCaseSource(nameof(s_seeds))]
    public void A_bad_network_with_cuts_loses_and_doubles_no_line(int seed) => Talk(seed, 100, async scene =>
    {
        scene.World.Network.Link = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(15),
            Jitter = TimeSpan.FromMilliseconds(10),
            Loss = 0.03,
            Duplication = 0.02,
            Reordering = 0.02,
            Corruption = 0.005,
        };
        for (int i = 0; i < 5; i++)
        {
            Instant cut = scene.World.Network.Now;
            scene.World.Network.Cut(scene.A, scene.B);
            await scene.World.PassAsync(3);
            scene.World.Network.RestoreAll();
            await scene.World.PassAsync(3);
            scene.ReportGap($"cut {i + 1}", cut, 2000);
        }

        await scene.World.UntilDirectAsync(scene.Session);
    });

    [TestCaseSource(nameof(s_seeds))]
    public void The_best_standby_that_dies_in_the_same_moment_as_the_relay_in_use_costs_no_more_than_one(int seed) => Talk(seed, 50, async scene =>
    {
        // The copies of what was under way go onto a path that is dead as well: the third one has to be asked too.
        Assert.That(scene.Session.CurrentPath.Remote.Address, Is.EqualTo(scene.RelayHosts[0].Addresses[0]), "the nearest is in use");
        Instant killed = scene.World.Network.Now;
        scene.RelayHosts[0].Kill();
        scene.RelayHosts[1].Kill();
        await scene.World.PassAsync(5);
        scene.ReportGap("both killed", killed, 1000);
        Assert.That(scene.Session.CurrentPath.Remote.Address, Is.EqualTo(scene.RelayHosts[2].Addresses[0]));
    }, NatKind.Symmetric, relays: 3);

    private static void Talk(int seed, double linesPerSecond, Func<TalkScene, Task> story, NatKind? kind = null, int relays = 1) => TalkScene.Run(story,
        new TalkSetting { Seed = seed, LinesPerSecond = linesPerSecond, Kind = kind ?? NatKind.PortRestricted, Relays = relays });
}
