using Ants.Testing;
using Ants.Tests.Simulation.Agents;

namespace Ants.Tests.Simulation.Observing;

/// <summary>Two agents that talk in lines, behind port-restricted NATs, with a relay; and what happens to them.</summary>
internal sealed record ObservedPair(AgentWorld World, SimulatedHost A, SimulatedHost B, AntsAgent Alice, AntsAgent Bob, AntsSession Session)
{
    /// <summary>Runs a story; the session is closed and both agents are stopped at its end.</summary>
    public static SimulatedNetwork Run(Func<ObservedPair, Task> story, Action<AntsOptions>? alice = null, Action<AntsOptions>? bob = null, int seed = 1)
    {
        using AgentWorld world = new(seed);
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent first = await world.StartAgentAsync(a, alice);
            await using AntsAgent second = await world.StartAgentAsync(b, bob);
            AntsSession session = await first.ConnectAsync(second.Id);
            LineTalk talk = await LineTalk.StartAsync(world, session, second);
            await story(new ObservedPair(world, a, b, first, second, session));
            await talk.StopAsync();
            await session.CloseAsync("that was all");
            await world.PassAsync(1);
        }, TimeSpan.FromMinutes(5));
        return world.Network;
    }

    /// <summary>How a call that cannot succeed fails.</summary>
    public static async Task<AntsError?> CallInVainAsync(AntsAgent caller, AgentId peer)
    {
        try
        {
            await caller.ConnectAsync(peer);
            return null;
        }
        catch (AntsException e)
        {
            return e.Error;
        }
    }

    /// <summary>Direct, then cut and relayed, then direct again.</summary>
    public async Task CutAndRestoreAsync()
    {
        await World.UntilDirectAsync(Session);
        await World.PassAsync(1);
        World.Network.Cut(A, B);
        await World.UntilAsync(() => Session.CurrentPath.Kind == PathKind.Relayed, 5, "the session falls back");
        await World.PassAsync(1);
        World.Network.RestoreAll();
        await World.UntilDirectAsync(Session);
        await World.PassAsync(1);
    }
}
