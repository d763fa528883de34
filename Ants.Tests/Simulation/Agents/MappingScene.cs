using System.Net;
using Ants.Nat;
using Ants.Testing;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Alice behind a symmetric NAT whose router can be asked for mappings, bob behind a symmetric NAT without: only a mapping can explain a
/// direct path.
/// </summary>
internal sealed class MappingScene(AgentWorld world, SimulatedHost alice, SimulatedHost bob, SimulatedRouter router)
{
    public AgentWorld World => world;

    public SimulatedHost AliceHost => alice;

    public SimulatedRouter Router => router;

    public static void Run(PortMappingProtocols speaks, Func<MappingScene, Task> story, NatKind? bobs = null, bool ipv6 = false, long seed = 1)
    {
        using AgentWorld world = new(seed);
        SimulatedNat nat = world.Network.AddNat(NatKind.Symmetric, name: "home");
        SimulatedHost alice = world.Network.AddHost(nat, "alice", ipv6: ipv6), bob = world.AddHost(bobs ?? NatKind.Symmetric, "bob");
        MappingScene scene = new(world, alice, bob, nat.OfferMappings(speaks));
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await story(scene);
        }, TimeSpan.FromHours(3));
    }

    public Task<AntsAgent> StartAliceAsync(Action<AntsOptions>? configure = null) => world.StartAgentAsync(alice, configure);

    public Task<AntsAgent> StartBobAsync() => world.StartAgentAsync(bob);

    /// <summary>Waits until a mapping is held.</summary>
    public async Task<PortMapping> MappedAsync(AntsAgent agent, double seconds = 10)
    {
        await world.UntilAsync(() => agent.PortMapping.Mappings.Count > 0, seconds, "a mapping is held");
        return agent.PortMapping.Mappings[0];
    }

    /// <summary>How far a protocol came.</summary>
    public static PortMappingOutcome OutcomeOf(AntsAgent agent, PortMappingProtocols protocol) =>
        agent.PortMapping.Attempts.First(attempt => attempt.Protocol == protocol).Outcome;

    /// <summary>Bob calls alice; he gets to her by her mapping.</summary>
    public async Task TalkDirectlyAsync(AntsAgent alice, AntsAgent bob)
    {
        PortMapping mapping = await MappedAsync(alice);
        await using AntsSession session = await bob.ConnectAsync(alice.Id);
        await world.UntilDirectAsync(session);
        IPEndPoint? there = session.CurrentPath.Remote;
        if (!mapping.External.Equals(there))
        {
            throw new InvalidOperationException($"The path leads to {there}, the mapping is {mapping.External}.");
        }
    }
}
