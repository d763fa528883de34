using Ants.Testing;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Two agents behind port-restricted NATs and one relay: the usual scene of a test.</summary>
internal static class Pair
{
    /// <summary>Runs a story of alice and bob.</summary>
    /// <param name="story">What happens.</param>
    /// <param name="seed">Of all randomness.</param>
    /// <param name="bob">Options of bob.</param>
    /// <param name="link">What the network does.</param>
    /// <param name="kind">The NATs.</param>
    /// <param name="minutes">How long the story may take.</param>
    public static void Run(Func<AgentWorld, AntsAgent, AntsAgent, Task> story, int seed = 1, Action<AntsOptions>? bob = null,
        LinkConditions? link = null, NatKind? kind = null, double minutes = 10)
    {
        using AgentWorld world = new(seed);
        SimulatedHost a = world.AddHost(kind ?? NatKind.PortRestricted, "alice"), b = world.AddHost(kind ?? NatKind.PortRestricted, "bob");
        world.Network.Link = link ?? world.Network.Link;
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent second = await world.StartAgentAsync(b, bob);
            await story(world, alice, second);
        }, TimeSpan.FromMinutes(minutes));
    }
}
