using System.Net;
using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Agents that share no relay, and have never met, because their relays know each other:
/// <code>
/// alice --- first relay - - - second relay --- bob
/// </code>
/// </summary>
public class PeerRelayTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_peer_at_another_relay_is_called_by_its_id_alone(int seed) => Run(seed, async (world, first, second, _) =>
    {
        await using AntsAgent alice = await StartAsync(world, "alice", first), bob = await StartAsync(world, "bob", second);
        ConnectingTests.Serve(bob);
        await world.PassAsync(1);

        Instant start = world.Network.Now;
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await ConnectingTests.EchoAsync(session);
        TestContext.Out.WriteLine($"connected and echoed after {(world.Network.Now - start).TotalMilliseconds:0} ms");

        // Round trips of 20 ms: a lookup, of which half is between the relays; a registration as a guest; a handshake and an echo over it.
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromMilliseconds(300)));
        Assert.That(session.CurrentPath.Remote.Address.ToString(), Is.EqualTo(second.Address.Host));
        Assert.That(alice.Invite.Relays.Select(relay => relay.Id), Is.EqualTo(new[] { first.Address.Id }), "a guest does not say that it is there");
    });

    [Test]
    public void A_peer_that_has_moved_to_a_third_relay_is_found_there() => Run(1, async (world, first, second, third) =>
    {
        await using AntsAgent alice = await StartAsync(world, "alice", first);
        await using (AntsAgent bob = await StartAsync(world, "bob", second))
        {
            await world.PassAsync(1);
            Assert.That((await alice.FindAsync(bob.Id))!.Relays, Is.EqualTo(new[] { second.Address }));
        }

        // The same agent, an hour later and elsewhere: the record that the first relay remembers is valid still, and wrong.
        await world.PassAsync(3600);
        await using AntsAgent moved = await StartAsync(world, "bob elsewhere", third, KnownAgents.FromByte(200));
        ConnectingTests.Serve(moved);
        await world.PassAsync(1);
        await using AntsSession session = await alice.ConnectAsync(moved.Id);
        await ConnectingTests.EchoAsync(session);
    });

    [Test]
    public void Nobody_is_called_in_vain_for_longer_than_without_the_other_relays() => Run(1, async (world, first, _, _) =>
    {
        await using AntsAgent alice = await StartAsync(world, "alice", first);
        await world.PassAsync(1);
        Instant start = world.Network.Now;
        AntsException failure = await ConnectingTests.CatchAsync(alice.ConnectAsync(KnownAgents.FromByte(201).Id));
        Assert.That(failure.Error, Is.EqualTo(AntsError.PeerUnreachable));
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromSeconds(5)));
    });

    [Test]
    public void A_peer_is_found_while_one_of_the_other_relays_is_dead() => Run(1, async (world, first, second, _) =>
    {
        await using AntsAgent alice = await StartAsync(world, "alice", first), bob = await StartAsync(world, "bob", second);
        ConnectingTests.Serve(bob);
        await world.PassAsync(1);
        world.Network.Hosts.Single(host => host.Name == "relay3").Kill();
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await ConnectingTests.EchoAsync(session);
    });

    [Test]
    public void An_agent_whose_clock_went_back_outdoes_the_record_that_it_published_when_it_was_ahead() => Run(1, async (world, first, second, _) =>
    {
        AgentIdentity bob = KnownAgents.FromByte(200);
        SimulatedHost host = world.AddHost(NatKind.Symmetric, "bob");
        await using AntsAgent alice = await StartAsync(world, "alice", first);
        host.ClockSkew = TimeSpan.FromMinutes(4);
        await using (AntsAgent ahead = await StartAsync(world, host, second, bob))
        {
            ahead.Serve("old/1", (_, _) => Task.CompletedTask);
            await world.PassAsync(3);
        }

        AgentRecord before = (await alice.FindAsync(bob.Id))!;
        Assert.That(before.Protocols, Is.EqualTo(new[] { "old/1" }));

        // With the right time again, at the relay that has asked for the record of before: it says that it knows a newer one, is asked
        // for it, and gets one with a higher sequence.
        host.ClockSkew = TimeSpan.Zero;
        await using AntsAgent right = await StartAsync(world, host, first, bob);
        right.Serve("new/1", (_, _) => Task.CompletedTask);
        await world.PassAsync(10);
        AgentRecord after = (await alice.FindAsync(bob.Id))!;
        Assert.That(first.Counters.RecordsRefused, Is.GreaterThan(0));
        Assert.That(after.Protocols, Is.EqualTo(new[] { "new/1" }));
        Assert.That(after.Sequence, Is.GreaterThan(before.Sequence));
        Assert.That(after.IssuedAt, Is.LessThan(before.IssuedAt));
    });

    private static void Run(int seed, Func<AgentWorld, RelayServer, RelayServer, RelayServer, Task> story)
    {
        using AgentWorld world = new(seed);
        SimulatedHost[] hosts = [world.RelayHost, world.Network.AddHost(name: "relay2"), world.Network.AddHost(name: "relay3")];
        AgentIdentity[] keys = [.. hosts.Select(_ => world.NextIdentity())];
        RelayAddress[] all = [.. hosts.Zip(keys, (host, key) => new RelayAddress(host.Addresses[0].ToString(), 443, new RelayId(key.Id)))];
        world.Network.Run(async () =>
        {
            // All know each other: one list for all of them, in which each passes itself over.
            RelayServer[] relays = new RelayServer[hosts.Length];
            for (int i = 0; i < hosts.Length; i++)
            {
                relays[i] = await world.StartRelayAsync(hosts[i], identity: keys[i], peers: all);
            }

            await story(world, relays[0], relays[1], relays[2]);
        }, TimeSpan.FromHours(3));
    }

    // Behind NATs that no hole punch gets through: what is relayed stays so.
    private static Task<AntsAgent> StartAsync(AgentWorld world, string name, RelayServer relay, AgentIdentity? identity = null) =>
        StartAsync(world, world.AddHost(NatKind.Symmetric, name), relay, identity ?? (name == "bob" ? KnownAgents.FromByte(200) : null));

    private static Task<AntsAgent> StartAsync(AgentWorld world, SimulatedHost host, RelayServer relay, AgentIdentity? identity) =>
        world.StartAgentAsync(host, options =>
        {
            options.Identity = identity ?? options.Identity;
            options.Relays.Clear();
            options.Relays.Add(relay.Address);
        });
}
