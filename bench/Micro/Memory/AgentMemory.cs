using System.IO.Pipelines;
using System.Net;
using Ants.Bench.Micro.Worlds;
using Ants.Relay;

namespace Ants.Bench.Micro.Memory;

/// <summary>
/// What an embedder's process holds: agents and relays as they are, with sockets and threads, over loopback, their peers in another process.
/// </summary>
internal static class AgentMemory
{
    // Of each stream of a session: less than the peer allows at once (128).
    private const int StreamsPerSession = 100;

    private const int Message = 16 * 1024;

    // Past punches, probe timeouts and the first keepalive of 25 s, which gives back what the traffic needed.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>The growth of an agent by sessions with as many others, all direct, after 16 KB both ways on a stream that is closed again.</summary>
    public static async Task<Heap> SessionsAsync(int count)
    {
        await using CrowdProcess crowd = await CrowdProcess.StartAsync(count + 1);
        await using AntsAgent agent = await StartAgentAsync(crowd.Relay);
        List<AntsSession> sessions = [await ConnectAsync(agent, count)];
        await Task.Delay(s_idle);
        Heap before = Heap.Measure();
        for (int i = 0; i < count; i++)
        {
            sessions.Add(await ConnectAsync(agent, i));
        }

        await Task.Delay(s_idle);
        Heap growth = Heap.Measure() - before;
        int direct = sessions.Count(session => session.CurrentPath.Kind == PathKind.Direct && !session.Closed.IsCompleted);
        Census.Print(sessions[1], typeof(Ants.Agents.AgentCore), typeof(Ants.Protocol.Endpoints.Endpoint), typeof(AntsNetwork));
        return direct == sessions.Count ? growth : throw new InvalidOperationException($"{direct} of {sessions.Count} sessions are direct.");
    }

    /// <summary>
    /// The growth of an agent by streams, after 16 KB both ways on each, while a read waits for more. What an application's own task holds that awaits
    /// it, 112 bytes and more, is not in it.
    /// </summary>
    public static async Task<Heap> StreamsAsync(int count)
    {
        int peers = (count + StreamsPerSession - 1) / StreamsPerSession;
        await using CrowdProcess crowd = await CrowdProcess.StartAsync(peers);
        await using AntsAgent agent = await StartAgentAsync(crowd.Relay);
        List<AntsSession> sessions = [];
        for (int i = 0; i < peers; i++)
        {
            sessions.Add(await ConnectAsync(agent, i));
        }

        await Task.Delay(s_idle);
        Heap before = Heap.Measure();
        (AntsStream Stream, ValueTask<ReadResult> Waiting)[] streams = new (AntsStream, ValueTask<ReadResult>)[count];
        long own = Heap.Measure().Managed - before.Managed;
        for (int i = 0; i < count; i++)
        {
            AntsStream stream = await sessions[i / StreamsPerSession].OpenStreamAsync(Crowd.Echo);
            await EchoAsync(stream);
#pragma warning disable CA2012 // Nobody awaits it, and it is never completed.
            streams[i] = (stream, stream.Input.ReadAsync());
#pragma warning restore CA2012
        }

        await Task.Delay(s_idle);
        Heap growth = Heap.Measure() - before;
        Census.Print(streams[1].Stream, typeof(AntsSession), typeof(Ants.Protocol.Sessions.Session), typeof(Ants.Agents.AgentCore), typeof(AntsNetwork));
        int idle = streams.Count(each => !each.Waiting.IsCompleted);
        return idle == count ? growth with { Managed = growth.Managed - own } : throw new InvalidOperationException($"{idle} of {count} streams are idle.");
    }

    /// <summary>The growth of a relay by agents that have registered, published their record, and do nothing but keep their links up.</summary>
    public static async Task<Heap> RegisteredAsync(int count)
    {
        await using RelayServer relay = await RelayServer.StartAsync(new RelayOptions { Identity = Identities.At(0), Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        await using AntsAgent first = await StartAgentAsync(relay.Address);
        Heap before = Heap.Measure();
        await using CrowdProcess crowd = await CrowdProcess.StartAsync(count, relay.Address);
        await Task.Delay(s_idle);
        Heap growth = Heap.Measure() - before;
        Census.Print(relay, typeof(AntsNetwork), typeof(IDatagramSocket));
        return relay.AgentCount == count + 1 ? growth : throw new InvalidOperationException($"{relay.AgentCount} agents are registered.");
    }

    private static Task<AntsAgent> StartAgentAsync(RelayAddress relay) =>
        AntsAgent.StartAsync(new AntsOptions { Identity = Identities.At(1), Relays = { relay } });

    private static async Task<AntsSession> ConnectAsync(AntsAgent agent, int number)
    {
        AntsSession session = await agent.ConnectAsync(Crowd.IdOf(number));
        AntsStream stream = await session.OpenStreamAsync(Crowd.Echo);
        await EchoAsync(stream);
        await stream.DisposeAsync();
        return session;
    }

    private static async Task EchoAsync(AntsStream stream)
    {
        await stream.Output.WriteAsync(new byte[Message]);
        ReadResult read = await stream.Input.ReadAtLeastAsync(Message);
        stream.Input.AdvanceTo(read.Buffer.End);
    }
}
