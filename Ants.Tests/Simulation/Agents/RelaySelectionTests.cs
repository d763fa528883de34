using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Which of the relays that an agent is given it holds.</summary>
public class RelaySelectionTests
{
    [Test]
    public void The_nearest_two_of_four_are_held_and_named() => Run([40, 5, 60, 10], async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync();
        await scene.World.PassAsync(3);
        Assert.That(alice.HeldRelays, Is.EquivalentTo(new[] { scene.Relays[1].Address, scene.Relays[3].Address }));
        Assert.That(alice.Invite.Relays, Is.EquivalentTo(alice.HeldRelays));
        Assert.That(scene.Relays.Select(relay => relay.AgentCount), Is.EqualTo(new[] { 0, 1, 0, 1 }));
    });

    [Test]
    public void All_are_held_when_no_more_are_named_than_wanted() => Run([40, 5, 60, 10], async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync(warm: 4);
        Assert.That(alice.HeldRelays, Has.Count.EqualTo(4));
        await scene.World.PassAsync(3600);
        Assert.That(alice.HeldRelays, Has.Count.EqualTo(4));
    });

    [Test]
    public void One_that_dies_is_replaced_at_once_and_taken_back_only_when_it_has_been_well_for_some_time() => Run([40, 5, 60, 10], async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync();
        await scene.World.PassAsync(3);
        scene.Hosts[1].Kill();
        await scene.World.UntilAsync(() => !alice.HeldRelays.Contains(scene.Relays[1].Address), 45, "the death is noticed");
        Instant lost = scene.World.Network.Now;
        await scene.World.UntilAsync(() => alice.HeldRelays.Count == 2, 5, "another one is held");
        TestContext.Out.WriteLine($"replaced after {(scene.World.Network.Now - lost).TotalMilliseconds:0} ms");
        Assert.That(scene.World.Network.Now - lost, Is.LessThan(TimeSpan.FromMilliseconds(500)));
        Assert.That(alice.HeldRelays, Is.EquivalentTo(new[] { scene.Relays[0].Address, scene.Relays[3].Address }));

        // It is held again beside the others, looked at, and let go: it failed a moment ago.
        await scene.RestartAsync(1);
        await scene.World.PassAsync(120);
        Assert.That(alice.HeldRelays, Is.EquivalentTo(new[] { scene.Relays[0].Address, scene.Relays[3].Address }));
        await scene.World.PassAsync(2 * 3600);
        Assert.That(alice.HeldRelays, Is.EquivalentTo(new[] { scene.Relays[1].Address, scene.Relays[3].Address }));
    });

    [Test]
    public void Relays_that_are_alike_do_not_take_turns() => Run([20, 21, 22, 19], async scene =>
    {
        await using AntsAgent alice = await scene.StartAsync();
        await scene.World.PassAsync(3);
        RelayAddress[] first = [.. alice.HeldRelays];
        for (int i = 0; i < 24; i++)
        {
            await scene.World.PassAsync(900);
            Assert.That(alice.HeldRelays.Intersect(first).Count(), Is.EqualTo(2));
        }
    });

    [Test]
    public void Agents_that_chose_different_relays_of_the_same_list_talk_and_keep_a_standby() => Run([40, 5, 60, 10], async scene =>
    {
        // Far from each other: alice holds 1 and 3, bob 0 and 2.
        await using AntsAgent alice = await scene.StartAsync();
        await using AntsAgent bob = await scene.StartAsync(delays: [5, 40, 10, 60]);
        await scene.World.PassAsync(3);
        Assert.That(alice.HeldRelays.Intersect(bob.HeldRelays), Is.Empty);
        await using AntsSession session = await alice.ConnectAsync(bob.Invite);
        LineTalk talk = await LineTalk.StartAsync(scene.World, session, bob);
        await scene.World.PassAsync(5);
        Instant killed = scene.World.Network.Now;
        scene.Hosts[scene.Relays.FindIndex(relay => relay.Address.Host == session.CurrentPath.Remote.Address.ToString())].Kill();
        await scene.World.PassAsync(10);
        TimeSpan gap = talk.LongestGapSince(killed);
        TestContext.Out.WriteLine($"longest gap {gap.TotalMilliseconds:0} ms");
        Assert.That(gap, Is.LessThan(TimeSpan.FromSeconds(2)));
        await talk.StopAsync();
    });

    private static void Run(double[] delays, Func<Scene, Task> story)
    {
        using AgentWorld world = new();
        SimulatedHost[] hosts = [.. delays.Select((_, i) => world.Network.AddHost(name: $"relay{i}"))];
        world.Network.Run(async () =>
        {
            List<RelayServer> relays = [];
            foreach (SimulatedHost host in hosts)
            {
                relays.Add(await world.StartRelayAsync(host));
            }

            await story(new Scene(world, hosts, relays, delays));
        }, TimeSpan.FromHours(8));
    }

    private sealed record Scene(AgentWorld World, SimulatedHost[] Hosts, List<RelayServer> Relays, double[] Delays)
    {
        public Task<AntsAgent> StartAsync(int warm = 2, double[]? delays = null)
        {
            SimulatedHost host = World.Network.AddHost();
            for (int i = 0; i < Hosts.Length; i++)
            {
                World.Network.SetPath(host, Hosts[i], new LinkConditions { Delay = TimeSpan.FromMilliseconds((delays ?? Delays)[i]) });
            }

            return World.StartAgentAsync(host, options =>
            {
                options.WarmRelays = warm;
                options.RelayOnly = true;
                Relays.ForEach(relay => options.Relays.Add(relay.Address));
            });
        }

        public async Task RestartAsync(int relay)
        {
            await Relays[relay].DisposeAsync();
            Hosts[relay].Restart();
            Relays[relay] = await World.RestartRelayAsync(Relays[relay]);
        }
    }
}
