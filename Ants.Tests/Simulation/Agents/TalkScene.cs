using System.Net;
using Ants.Protocol;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Two agents that talk while something happens to the network under them.</summary>
internal sealed record TalkScene(
    AgentWorld World, SimulatedHost A, SimulatedHost B, AntsAgent Alice, AntsAgent Bob, AntsSession Session, AntsSession BobsSession, LineTalk Talk)
{
    // Beyond the round trips: the pace of the lines (10 ms), and a probe timeout's share for acknowledgements that are held back.
    public const double Allowance = 50;

    /// <summary>From one agent to the other over the relay and back, in milliseconds.</summary>
    public static readonly double[] RoundTrips = [20, 50, 100, 200, 300];

    /// <summary>How alice's system treats her.</summary>
    public required FickleNetwork System { get; init; }

    /// <summary>The hosts of the relays, the nearest first.</summary>
    public required IReadOnlyList<SimulatedHost> RelayHosts { get; init; }

    /// <summary>Runs a story with a round trip between the two agents over the relay: four ways of one length.</summary>
    public static void Run(double roundTripMs, NatKind kind, Func<TalkScene, Task> story) =>
        Run(story, new TalkSetting { DelayMs = roundTripMs / 4, Kind = kind });

    /// <summary>Runs a story that begins when the two are as direct as their NATs allow.</summary>
    public static void Run(Func<TalkScene, Task> story, TalkSetting setting)
    {
        using AgentWorld world = new(setting.Seed, setting.DelayMs);
        SimulatedHost a = world.AddHost(setting.Kind, "alice"), b = world.AddHost(setting.Kind, "bob");
        List<SimulatedHost> relayHosts = [world.RelayHost];
        FickleNetwork fickle = new(a.Network);
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            List<RelayServer> further = [];
            while (relayHosts.Count < setting.Relays)
            {
                relayHosts.Add(world.Network.AddHost(name: $"relay{relayHosts.Count + 1}"));
                further.Add(await world.StartRelayAsync(relayHosts[^1]));
                Array.ForEach((SimulatedHost[])[a, b], agent => world.Network.SetPath(agent, relayHosts[^1], new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(setting.DelayMs * relayHosts.Count),
                }));
            }

            await using AntsAgent alice = await world.StartAgentAsync(a, options => Configure(options).Network = fickle);
            await using AntsAgent bob = await world.StartAgentAsync(b, options => Configure(options));
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            AntsSession bobs = await bob.AcceptSessionAsync();
            LineTalk talk = await LineTalk.StartAsync(world, session, bob, setting.LinesPerSecond);
            if (setting.Kind != NatKind.Symmetric)
            {
                await world.UntilDirectAsync(session);
            }

            await world.PassAsync(2);
            await story(new TalkScene(world, a, b, alice, bob, session, bobs, talk) { System = fickle, RelayHosts = relayHosts });
            await talk.StopAsync();

            AntsOptions Configure(AntsOptions options)
            {
                options.WarmRelays = setting.Relays;
                further.ForEach(relay => options.Relays.Add(relay.Address));
                return options;
            }
        }, TimeSpan.FromMinutes(5));
    }

    public double Since(Instant then) => (World.Network.Now - then).TotalMilliseconds;

    /// <summary>Waits until both are direct, and the other end by the public address that the host has now.</summary>
    public async Task UntilDirectFromAsync(SimulatedHost moved, Instant since, double withinMs)
    {
        (AntsSession here, AntsSession there) = moved == A ? (Session, BobsSession) : (BobsSession, Session);
        IPAddress address = moved.Nat?.PublicAddress ?? moved.Addresses[0];
        await World.UntilAsync(
            () => here.CurrentPath.Kind == PathKind.Direct && there.CurrentPath is { Kind: PathKind.Direct } path && path.Remote.Address.Equals(address),
            withinMs / 1000, "the session is direct from the new network");
        TestContext.Out.WriteLine($"direct again {Since(since):0} ms after the change");
    }

    /// <summary>Waits until both are direct, and bob by another port of alice's NAT than before.</summary>
    public async Task UntilDirectByAnotherPortAsync(int oldPort, Instant since, double withinMs)
    {
        await World.UntilAsync(
            () => Session.CurrentPath.Kind == PathKind.Direct && BobsSession.CurrentPath is { Kind: PathKind.Direct } path && path.Remote.Port != oldPort,
            withinMs / 1000, "both are direct again, by the new port");
        TestContext.Out.WriteLine($"direct again {Since(since):0} ms after the change");
    }

    public void ReportGap(string what, Instant since, double mostMs)
    {
        TimeSpan gap = Talk.LongestGapSince(since);
        TestContext.Out.WriteLine($"{what}: longest gap {gap.TotalMilliseconds:0} ms, at most {mostMs:0}");
        Assert.That(gap.TotalMilliseconds, Is.LessThanOrEqualTo(mostMs), what);
    }
}
