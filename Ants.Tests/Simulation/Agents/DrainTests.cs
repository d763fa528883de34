using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Relays that stop in order: their agents have moved before.</summary>
public class DrainTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    [TestCase(1, 3)]
    [TestCase(2, 3)]
    [TestCase(3, 2)]
    [TestCase(4, 2)]
    [TestCase(5, 2)]
    public void Three_relays_restarted_in_turn_under_load_are_not_noticed(int seed, int warm) => Run(seed, 3, warm, async scene =>
    {
        LineTalk talk = await scene.TalkAsync();
        Instant start = scene.World.Network.Now;
        for (int i = 0; i < scene.Relays.Count; i++)
        {
            Instant told = scene.World.Network.Now;
            await scene.DrainAsync(i);
            TestContext.Out.WriteLine($"relay {i}: drained in {(scene.World.Network.Now - told).TotalMilliseconds:0} ms");
            Assert.That(scene.World.Network.Now - told, Is.LessThan(TimeSpan.FromSeconds(2)));
            await scene.World.PassAsync(1);
            await scene.RestartAsync(i);
            await scene.World.UntilAsync(
                () => scene.Alice.HeldRelays.Count == warm && scene.Bob.HeldRelays.Count == warm, 15, "the agents hold as many as before");
        }

        await scene.World.PassAsync(1);
        TimeSpan gap = talk.LongestGapSince(start);
        TestContext.Out.WriteLine($"longest gap {gap.TotalMilliseconds:0} ms");
        Assert.That(gap, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(100)));
        await talk.StopAsync();
    });

    [Test]
    public void A_relay_whose_agents_have_nowhere_to_go_does_not_wait_for_them() => Run(1, 1, async scene =>
    {
        LineTalk talk = await scene.TalkAsync();
        Instant told = scene.World.Network.Now;
        await scene.DrainAsync(0);
        Assert.That(scene.World.Network.Now - told, Is.LessThan(TimeSpan.FromMilliseconds(200)));
        int before = talk.Arrived;
        await scene.World.PassAsync(3);
        await scene.RestartAsync(0);
        await scene.World.UntilAsync(() => talk.Arrived > before, 15, "lines go on");
        await talk.StopAsync();
    });

    [Test]
    public void A_relay_that_drains_refuses_newcomers_and_does_not_wait_for_the_absent() => Run(1, 1, async scene =>
    {
        SimulatedHost host = scene.World.Network.AddHost(name: "sleeper");
        await using AntsAgent sleeper = await scene.StartAsync(host);
        host.Kill();
        Instant told = scene.World.Network.Now;
        Task draining = scene.Relays[0].DrainAsync(s_deadline);
        await scene.World.PassAsync(0.1);
        Assert.That(scene.Relays[0].IsDraining);
        AntsException e = await ConnectingTests.CatchAsync(scene.StartAsync(scene.World.Network.AddHost()));
        Assert.That((e.Error, e.Message), Is.EqualTo((AntsError.RelayUnreachable, e.Message)));
        Assert.That(e.Message, Does.Contain("shutting down"));
        await draining;
        Assert.That(scene.World.Network.Now - told, Is.LessThan(TimeSpan.FromSeconds(11)));
    });

    [Test]
    public void A_call_to_somebody_whom_the_relay_does_not_know_holds_no_drain() => Run(1, 2, async scene =>
    {
        Task<AntsException> call = ConnectingTests.CatchAsync(scene.Alice.ConnectAsync(scene.World.NextIdentity().Id));
        await scene.World.PassAsync(0.2);
        Instant told = scene.World.Network.Now;
        await scene.DrainAsync(0);
        Assert.That(scene.World.Network.Now - told, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That((await call).Error, Is.EqualTo(AntsError.PeerUnreachable));
    });

    [Test]
    public void A_call_to_somebody_who_does_not_answer_holds_a_drain_for_a_second() => Run(1, 2, async scene =>
    {
        SimulatedHost host = scene.World.Network.AddHost(name: "sleeper");
        await using AntsAgent sleeper = await scene.StartAsync(host);
        host.Kill();
        Task<AntsException> call = ConnectingTests.CatchAsync(scene.Alice.ConnectAsync(sleeper.Id));
        await scene.World.PassAsync(0.2);
        Task draining = scene.Relays[0].DrainAsync(s_deadline);
        await scene.World.UntilAsync(() => scene.Relays[0].AgentCount == 1, 1.7, "only the sleeper is left at the relay");
        await draining;
        Assert.That((await call).Error, Is.EqualTo(AntsError.ConnectTimeout));
    });

    [Test]
    public void A_session_moves_to_a_relay_that_only_its_peer_holds() => Run(1, 2, async scene =>
    {
        // Carol knows the first relay only; alice holds both.
        await using AntsAgent carol = await scene.StartAsync(scene.World.AddHost(NatKind.Symmetric, "carol"), relays: 1);
        await using AntsSession session = await scene.Alice.ConnectAsync(carol.Id);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, carol, 100);
        await scene.World.PassAsync(0.2);
        Instant told = scene.World.Network.Now;
        await scene.DrainAsync(0);
        await scene.World.PassAsync(3);
        TimeSpan gap = talk.LongestGapSince(told);
        TestContext.Out.WriteLine($"drained in {(scene.World.Network.Now - told).TotalSeconds - 3:0.0} s, longest gap {gap.TotalMilliseconds:0} ms");
        Assert.That(gap, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(100)));
        await talk.StopAsync();
    });

    private static void Run(int seed, int relays, Func<Scene, Task> story) => Run(seed, relays, warm: 2, story);

    private static void Run(int seed, int relays, int warm, Func<Scene, Task> story)
    {
        using AgentWorld world = new(seed);
        SimulatedHost[] hosts = [world.RelayHost, .. Enumerable.Range(2, relays - 1).Select(i => world.Network.AddHost(name: $"relay{i}"))];
        world.Network.Run(async () =>
        {
            List<RelayServer> servers = [];
            foreach (SimulatedHost host in hosts)
            {
                servers.Add(await world.StartRelayAsync(host));
            }

            Scene scene = new(world, servers, warm);
            await using AntsAgent alice = await scene.StartAsync(world.AddHost(NatKind.Symmetric, "alice"));
            await using AntsAgent bob = await scene.StartAsync(world.AddHost(NatKind.Symmetric, "bob"));
            (scene.Alice, scene.Bob) = (alice, bob);
            await story(scene);
        }, TimeSpan.FromMinutes(5));
    }

    private sealed class Scene(AgentWorld world, List<RelayServer> relays, int warm)
    {
        public AgentWorld World => world;

        public IReadOnlyList<RelayServer> Relays => relays;

        public AntsAgent Alice { get; set; } = null!;

        public AntsAgent Bob { get; set; } = null!;

        public Task<AntsAgent> StartAsync(SimulatedHost host, int relays = int.MaxValue) => world.StartAgentAsync(host, options =>
        {
            options.Relays.Clear();
            options.WarmRelays = warm;
            foreach (RelayServer relay in Relays.Take(relays))
            {
                options.Relays.Add(relay.Address);
            }
        });

        public async Task<LineTalk> TalkAsync()
        {
            AntsSession session = await Alice.ConnectAsync(Bob.Id);
            LineTalk talk = await LineTalk.StartAsync(world, session, Bob, linesPerSecond: 100);
            await world.PassAsync(1);
            return talk;
        }

        public async Task DrainAsync(int relay)
        {
            await relays[relay].DrainAsync(s_deadline);
            await relays[relay].DisposeAsync();
        }

        public async Task RestartAsync(int relay) => relays[relay] = await world.RestartRelayAsync(relays[relay]);
    }
}
