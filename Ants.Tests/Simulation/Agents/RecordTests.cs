using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Agents that share no relay find each other by what they say about themselves.</summary>
public class RecordTests
{
    [Test]
    public void A_peer_is_found_by_its_id_when_one_of_its_relays_is_known() => Run(async scene =>
    {
        // Bob is at both relays, and leaves the one that he shares with alice: its record stays behind, and says where he is.
        await using AntsAgent alice = await scene.StartAsync("alice", scene.First);
        await using AntsAgent bob = await scene.StartAsync("bob", scene.First, scene.Second);
        ConnectingTests.Serve(bob);
        await scene.World.PassAsync(1);
        scene.World.Network.Cut(scene.Host("bob"), scene.FirstHost);
        await scene.World.UntilAsync(() => bob.HeldRelays.Count == 1, 60, "bob has lost the relay");
        await scene.World.UntilAsync(() => scene.First.AgentCount == 1, 120, "the relay has lost bob");

        Instant start = scene.World.Network.Now;
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await ConnectingTests.EchoAsync(session);
        TestContext.Out.WriteLine($"found after {(scene.World.Network.Now - start).TotalMilliseconds:0} ms");

        // A lookup, a registration and a handshake of 20 ms each, and two of those twice.
        Assert.That(scene.World.Network.Now - start, Is.LessThan(TimeSpan.FromMilliseconds(300)));
        Assert.That(alice.Invite.Relays, Has.Count.EqualTo(1), "a relay that is borrowed is not told of");
        await session.CloseAsync();
        await scene.World.PassAsync(10);
        Assert.That(alice.HeldRelays, Has.Count.EqualTo(1), "the guest has left");
    });

    [Test]
    public void A_record_says_what_is_held_and_follows_it() => Run(async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync("alice", scene.First);
        await using AntsAgent bob = await scene.StartAsync("bob", scene.First, scene.Second);
        bob.Serve("echo/1", (_, _) => Task.CompletedTask);
        await scene.World.PassAsync(3);
        AgentRecord before = (await alice.FindAsync(bob.Id))!;
        Assert.That(before.Relays, Is.EquivalentTo(new[] { scene.First.Address, scene.Second.Address }));
        Assert.That(before.Protocols, Is.EqualTo(new[] { "echo/1" }));
        Assert.That(before.ExpiresAt - before.IssuedAt, Is.LessThanOrEqualTo(TimeSpan.FromHours(24)));

        scene.SecondHost.Kill();
        await scene.World.UntilAsync(() => bob.HeldRelays.Count == 1, 60, "bob has lost the second relay");
        await scene.World.PassAsync(1);
        AgentRecord after = (await alice.FindAsync(bob.Id))!;
        Assert.That(after.Relays, Is.EqualTo(new[] { scene.First.Address }));
        Assert.That(after.Sequence, Is.GreaterThan(before.Sequence));
    });

    [Test]
    public void A_record_is_renewed_long_before_it_expires_and_nobody_is_found_where_nobody_was() => Run(async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync("alice", scene.First);
        await using AntsAgent bob = await scene.StartAsync("bob", scene.First);
        await scene.World.PassAsync(1);
        AgentRecord before = (await alice.FindAsync(bob.Id))!;
        await scene.World.PassAsync(13 * 3600);
        AgentRecord after = (await alice.FindAsync(bob.Id))!;
        Assert.That(after.IssuedAt - before.IssuedAt, Is.GreaterThan(TimeSpan.FromHours(11)));
        Assert.That(await alice.FindAsync(scene.World.NextIdentity().Id), Is.Null);
    });

    [Test]
    public void A_session_has_a_standby_over_a_relay_that_only_the_peer_holds() => Run(async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync("alice", scene.First);
        await using AntsAgent bob = await scene.StartAsync("bob", scene.First, scene.Second);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, bob);
        await scene.World.UntilAsync(() => scene.Second.AgentCount == 2, 3, "alice is a guest at the second relay");
        await scene.World.PassAsync(1);
        Instant killed = scene.World.Network.Now;
        scene.FirstHost.Kill();
        await scene.World.PassAsync(10);
        TimeSpan gap = talk.LongestGapSince(killed);
        TestContext.Out.WriteLine($"longest gap {gap.TotalMilliseconds:0} ms");
        Assert.That(gap, Is.LessThan(TimeSpan.FromSeconds(1)));
        await talk.StopAsync();
    });

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Agents_that_lose_every_relay_in_common_find_each_other_at_their_other_relays(int seed) => Run(async scene =>
    {
        SimulatedHost alices = scene.World.Network.AddHost(name: "alice's relay"), bobs = scene.World.Network.AddHost(name: "bob's relay");
        RelayServer third = await scene.World.StartRelayAsync(alices), fourth = await scene.World.StartRelayAsync(bobs);
        await using AntsAgent alice = await scene.StartAsync("alice", scene.First, scene.Second, third);
        await using AntsAgent bob = await scene.StartAsync("bob", scene.First, scene.Second, fourth);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, bob);
        await scene.World.PassAsync(5);
        Assert.That((third.AgentCount, fourth.AgentCount), Is.EqualTo((1, 1)), "two ways are enough: nobody is a guest");

        Instant killed = scene.World.Network.Now;
        scene.FirstHost.Kill();
        scene.SecondHost.Kill();
        await scene.World.PassAsync(30);
        TimeSpan gap = talk.LongestGapSince(killed);
        TestContext.Out.WriteLine($"longest gap {gap.TotalSeconds:0.0} s");

        // A relay that is silent under probing is given up after five seconds; then a registration and a probe.
        Assert.That(gap, Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(session.Closed.IsCompleted, Is.False);
        await talk.StopAsync();
    }, seed);

    private static void Run(Func<Scene, Task> story, int seed = 1)
    {
        using AgentWorld world = new(seed);
        SimulatedHost first = world.RelayHost, second = world.Network.AddHost(name: "relay2");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            RelayServer other = await world.StartRelayAsync(second);
            await story(new Scene(world, first, second, world.Relay, other));
        }, TimeSpan.FromHours(14));
    }

    private sealed record Scene(AgentWorld World, SimulatedHost FirstHost, SimulatedHost SecondHost, RelayServer First, RelayServer Second)
    {
        private readonly Dictionary<string, SimulatedHost> _hosts = [];

        public SimulatedHost Host(string name) => _hosts[name];

        // Behind NATs that no hole punch gets through: what is relayed stays so.
        public Task<AntsAgent> StartAsync(string name, params RelayServer[] relays)
        {
            _hosts[name] = World.AddHost(NatKind.Symmetric, name);
            return World.StartAgentAsync(_hosts[name], options =>
            {
                options.Relays.Clear();
                options.WarmRelays = relays.Length;
                foreach (RelayServer relay in relays)
                {
                    options.Relays.Add(relay.Address);
                }
            });
        }
    }
}
