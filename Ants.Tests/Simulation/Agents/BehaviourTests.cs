using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Agents find out what their NATs do, whole, on virtual time, with relays as they are.</summary>
public class BehaviourTests
{
    private static readonly AgentIdentity s_identity = AgentIdentity.FromSeed(new byte[AgentIdentity.SeedSize]);

    [TestCase("port-restricted", MappingBehaviour.EndpointIndependent, FilteringBehaviour.AddressAndPortDependent, PortAllocation.Preserving)]
    [TestCase("full-cone", MappingBehaviour.EndpointIndependent, FilteringBehaviour.EndpointIndependent, PortAllocation.Preserving)]
    [TestCase("symmetric", MappingBehaviour.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent, PortAllocation.Random)]
    [TestCase("sequential", MappingBehaviour.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent, PortAllocation.Sequential)]
    public void With_one_relay(string kind, MappingBehaviour mapping, FilteringBehaviour filtering, PortAllocation allocation) => Run(Kind(kind), async (world, host) =>
    {
        await using AntsAgent agent = await StartAsync(world, host);
        NatBehaviour found = await FoundAsync(world, agent);
        Assert.That((found.Mapping, found.Filtering, found.Allocation), Is.EqualTo((mapping, filtering, allocation)));
        Assert.That(found.IsMappingExact, Is.EqualTo(mapping == MappingBehaviour.AddressAndPortDependent), "one address cannot rule out that another sees another port");
        Assert.That(found.ExternalAddresses, Is.EqualTo(new[] { host.Nat!.PublicAddress }));
    });

    [TestCase(NatFiltering.EndpointIndependent, FilteringBehaviour.EndpointIndependent)]
    [TestCase(NatFiltering.AddressDependent, FilteringBehaviour.AddressDependent)]
    [TestCase(NatFiltering.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent)]
    public void With_two_relays_all_is_exact(NatFiltering filtering, FilteringBehaviour expected) => Run(new NatKind { Filtering = filtering }, async (world, host) =>
    {
        RelayServer second = await world.StartRelayAsync(world.Network.AddHost(name: "second"));
        await using AntsAgent agent = await StartAsync(world, host, options => options.Relays.Add(second.Address));
        NatBehaviour found = await FoundAsync(world, agent);
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((MappingBehaviour.EndpointIndependent, true)));
        Assert.That((found.Filtering, found.IsFilteringExact), Is.EqualTo((expected, true)));
    });

    [Test]
    public void With_a_foreign_server_and_no_relay() => Run(NatKind.AddressRestricted, async (world, host) =>
    {
        IPEndPoint server = Unit.Nat.Behaviour.FullStunServer.Add(world.Network, 2, 2).Main;
        AntsOptions options = new() { Identity = s_identity, Network = host.Network };
        options.StunServers.Add(server);
        await using AntsAgent agent = await AntsAgent.StartAsync(options);
        NatBehaviour found = await FoundAsync(world, agent);
        Assert.That((found.Mapping, found.IsMappingExact, found.Filtering, found.IsFilteringExact),
            Is.EqualTo((MappingBehaviour.EndpointIndependent, true, FilteringBehaviour.AddressDependent, true)));
    });

    [Test]
    public void Both_families_are_looked_at() => Run(NatKind.PortRestricted, async (world, host) =>
    {
        AntsOptions options = new() { Identity = s_identity, Network = host.Network };
        options.StunServers.Add(Unit.Nat.Behaviour.FullStunServer.Add(world.Network, 2, 2).Main);
        options.StunServers.Add(Unit.Nat.Behaviour.FullStunServer.Add(world.Network, 2, 2, ipv6: true).Main);
        await using AntsAgent agent = await AntsAgent.StartAsync(options);
        await world.UntilAsync(() => agent.Behaviours.Count == 2, 20, "both are known");
        Assert.That(agent.Behaviours.Select(one => (one.Family, one.Mapping)), Is.EqualTo(new[]
        {
            (AddressFamily.InterNetwork, MappingBehaviour.EndpointIndependent),
            (AddressFamily.InterNetworkV6, MappingBehaviour.NoNat),
        }));
    }, ipv6: true);

    [Test]
    public void The_lifetime_of_mappings_is_learned_in_the_background() => Run(NatKind.PortRestricted with { MappingTimeout = TimeSpan.FromSeconds(50) }, async (world, host) =>
    {
        await using AntsAgent agent = await StartAsync(world, host);
        Assert.That((await FoundAsync(world, agent)).BindingLifetime, Is.Null);
        await world.PassAsync(40);
        Assert.That(agent.Behaviours[0].BindingLifetime, Is.EqualTo(TimeSpan.FromSeconds(30)));
        await world.PassAsync(600);
        Assert.That(agent.Behaviours[0].BindingLifetime!.Value.TotalSeconds, Is.InRange(40, 50));
    });

    [Test]
    public void The_next_start_in_a_network_knows_at_once_and_looks_again() => Run(NatKind.PortRestricted, async (world, host) =>
    {
        string file = System.IO.Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.networks");
        try
        {
            await using (AntsAgent first = await StartAsync(world, host, options => options.NetworksFile = file))
            {
                Assert.That((await FoundAsync(world, first)).FromCache, Is.False);
                await world.PassAsync(700);
            }

            await using AntsAgent second = await StartAsync(world, host, options => options.NetworksFile = file);
            await world.UntilAsync(() => second.Behaviours.Count == 1, 0.2, "it is remembered");
            NatBehaviour known = second.Behaviours[0];
            Assert.That((known.FromCache, known.Filtering, known.BindingLifetime > TimeSpan.FromSeconds(90)), Is.EqualTo((true, FilteringBehaviour.AddressAndPortDependent, true)));
            await FoundAsync(world, second);
            Assert.That(second.Behaviours[0].BindingLifetime, Is.EqualTo(known.BindingLifetime));
        }
        finally
        {
            File.Delete(file);
        }
    });

    [Test]
    public void A_network_that_looks_the_same_from_within_is_not_taken_for_another() => Run(NatKind.PortRestricted, async (world, host) =>
    {
        string file = System.IO.Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.networks");
        try
        {
            await using (AntsAgent first = await StartAsync(world, host, options => options.NetworksFile = file))
            {
                await FoundAsync(world, first);
            }

            host.Move(world.Network.AddNat(NatKind.Symmetric, name: "elsewhere"));
            await using AntsAgent second = await StartAsync(world, host, options => options.NetworksFile = file);
            await world.PassAsync(0.5);
            Assert.That(second.Behaviours, Is.Empty);
            Assert.That((await FoundAsync(world, second)).Mapping, Is.EqualTo(MappingBehaviour.AddressAndPortDependent));
        }
        finally
        {
            File.Delete(file);
        }
    });

    [Test]
    public void A_host_that_moves_learns_of_the_new_network_and_remembers_the_old_one() => Run(NatKind.PortRestricted, async (world, host) =>
    {
        SimulatedNat home = host.Nat!, cafe = world.Network.AddNat(NatKind.Symmetric, name: "cafe");
        await using AntsAgent agent = await StartAsync(world, host);
        await FoundAsync(world, agent);
        host.Move(cafe);
        await world.UntilAsync(() => agent.Behaviours is [{ Mapping: MappingBehaviour.AddressAndPortDependent, FromCache: false }], 20, "the cafe is known");
        host.Move(home);
        await world.UntilAsync(() => agent.Behaviours is [{ Mapping: MappingBehaviour.EndpointIndependent, FromCache: true }], 2, "home is remembered");
        await world.PassAsync(5);
        Assert.That(agent.Behaviours[0].FromCache, "it was measured a minute ago: not again");
    });

    [Test]
    public void Another_external_address_is_another_network_when_a_relay_tells_of_it() => Run(NatKind.PortRestricted, async (world, host) =>
    {
        await using AntsAgent agent = await StartAsync(world, host);
        await FoundAsync(world, agent);
        IPAddress fresh = host.Nat!.ChangePublicAddress();
        agent.Core.Driver.Post(agent.Core.Gatherer.Refresh);
        await world.UntilAsync(() => agent.Behaviours is [{ FromCache: false } found] && found.ExternalAddresses.Contains(fresh), 20, "the new address is known");
    });

    [TestCase(true, true)]
    [TestCase(false, false)]
    public void Nobody_is_asked_from_spare_sockets_when_the_owner_does_not_want_it(bool relayOnly, bool discovers) => Run(NatKind.PortRestricted, async (world, host) =>
    {
        await using AntsAgent agent = await StartAsync(world, host, options => (options.RelayOnly, options.NatDiscovery) = (relayOnly, discovers));
        int port = agent.Port, others = 0;
        world.Network.Trace = (DatagramStep step, DropReason _, in SimulatedDatagram datagram) =>
            others += step == DatagramStep.Sent && datagram.Source.Address.Equals(host.Addresses[0]) && datagram.Source.Port != port ? 1 : 0;
        await world.PassAsync(60);
        Assert.That((agent.Behaviours.Count, others), Is.EqualTo((0, 0)));
    });

    [Test]
    public void A_first_connection_takes_no_longer_for_it()
    {
        TimeSpan with = FirstConnection(true), without = FirstConnection(false);
        TestContext.Out.WriteLine($"direct {with.TotalMilliseconds:0} ms after the start, {without.TotalMilliseconds:0} ms without discovery");
        Assert.That(with, Is.EqualTo(without));
    }

    private static TimeSpan FirstConnection(bool discovers)
    {
        TimeSpan taken = default;
        Run(NatKind.PortRestricted, async (world, host) =>
        {
            await using AntsAgent bob = await world.StartAgentAsync(world.AddHost(NatKind.PortRestricted, "bob"), options => options.NatDiscovery = discovers);
            Protocol.Instant begun = world.Network.Now;
            await using AntsAgent alice = await StartAsync(world, host, options => options.NatDiscovery = discovers);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await world.UntilDirectAsync(session);
            taken = world.Network.Now - begun;
        });
        return taken;
    }

    private static NatKind Kind(string name) => name switch
    {
        "port-restricted" => NatKind.PortRestricted,
        "full-cone" => NatKind.FullCone,
        "sequential" => NatKind.Symmetric with { PortAllocation = NatPortAllocation.Sequential },
        _ => NatKind.Symmetric,
    };

    private static Task<AntsAgent> StartAsync(AgentWorld world, SimulatedHost host, Action<AntsOptions>? configure = null) => world.StartAgentAsync(host, options =>
    {
        options.Identity = s_identity;
        configure?.Invoke(options);
    });

    private static async Task<NatBehaviour> FoundAsync(AgentWorld world, AntsAgent agent)
    {
        await world.UntilAsync(() => agent.Behaviours is [{ FromCache: false }], 20, "it is found out");
        return agent.Behaviours[0];
    }

    private static void Run(NatKind kind, Func<AgentWorld, SimulatedHost, Task> story, bool ipv6 = false)
    {
        using AgentWorld world = new();
        SimulatedHost host = world.Network.AddHost(world.Network.AddNat(kind, name: "home"), "alice", ipv6: ipv6);
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await story(world, host);
        }, TimeSpan.FromHours(3));
    }
}
