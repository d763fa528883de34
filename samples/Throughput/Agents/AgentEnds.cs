using System.Security.Cryptography;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Telling;

namespace Ants.Samples.Throughput.Agents;

/// <summary>The two commands that run an agent.</summary>
internal static class AgentEnds
{
    /// <summary>Answers until <paramref name="stop"/>.</summary>
    public static async Task<int> ServeAsync(Options.Serve options, Events events, CancellationToken stop)
    {
        using AgentIdentity identity = await IdentifyAsync(options.Identity, stop);
        await using AntsAgent agent = await StartAsync(identity, options.Relays, options.Qlog, relayOnly: false, Admission.Accept, stop);
        new AgentServer().Serve(agent);
        events.Ready(agent.Id.ToString());
        await Task.Delay(Timeout.Infinite, stop);
        return ExitCode.Held;
    }

    /// <summary>Measures what was asked for.</summary>
    public static async Task<int> SendAsync(Options.Send options, Events events, CancellationToken stop)
    {
        using AgentIdentity identity = await IdentifyAsync(options.Identity, stop);
        PathKind kind = (PathKind)options.Request.Way;

        // An agent that is to be reached over relays alone tells nobody its addresses and sends to none: the session stays relayed.
        await using AntsAgent agent = await StartAsync(
            identity, options.Relays, options.Qlog, relayOnly: kind == PathKind.Relayed, Admission.Refuse("not serving: it is measuring"), stop);
        await using AntsSession session = await agent.ConnectAsync(options.Peer, stop);
        Figure figure;
        try
        {
            figure = await new AgentSender(options.Request, events.Measuring).RunAsync(session, stop)
                .WaitAsync(options.Request.Limit + Protocols.PathPatience, stop);
        }
        catch (TimeoutException)
        {
            throw new ThroughputException($"It took longer than it may: {options.Request.Limit.TotalSeconds} s.");
        }

        events.Measured(Name(options.Request, kind), options.Request.Streams, figure);
        return ExitCode.Held;
    }

    private static string Name(Request request, PathKind kind)
    {
        string path = kind == PathKind.Direct ? "direct" : "relayed";
        return request.Work switch
        {
            Work.Echo => $"ping-{path}",
            Work.Duplex => $"{path}-duplex",
            _ => request.Streams == 1 ? path : $"{path}-{request.Streams}",
        };
    }

    private static async Task<AgentIdentity> IdentifyAsync(string? path, CancellationToken stop)
    {
        if (path is not null)
        {
            return await AgentIdentity.LoadOrCreateAsync(path, cancellationToken: stop);
        }

        byte[] seed = RandomNumberGenerator.GetBytes(AgentIdentity.SeedSize);
        AgentIdentity identity = AgentIdentity.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return identity;
    }

    private static async Task<AntsAgent> StartAsync(
        AgentIdentity identity, IReadOnlyList<RelayAddress> relays, string? qlog, bool relayOnly, Admission admission, CancellationToken stop)
    {
        AntsOptions options = new()
        {
            Identity = identity,
            RelayOnly = relayOnly,
            Authorize = _ => admission,
            Qlog = qlog is null ? null : QlogOptions.ToDirectory(qlog),
            WarmRelays = Math.Clamp(relays.Count, 1, AntsOptions.MaxRelays),
        };
        foreach (RelayAddress relay in relays)
        {
            options.Relays.Add(relay);
        }

        return await AntsAgent.StartAsync(options, stop);
    }
}
