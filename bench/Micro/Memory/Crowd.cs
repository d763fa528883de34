using System.CommandLine;
using System.Net;
using Ants.Bench.Micro.Worlds;
using Ants.Relay;

namespace Ants.Bench.Micro.Memory;

/// <summary>
/// The other process: many agents, and a relay unless it is told of one. Its memory does not count. It says the relay's address, then "ready", and ends when its
/// standard input does.
/// </summary>
internal static class Crowd
{
    public const string Echo = "echo/1";

    // What this process's agents are numbered from, so that none is the measured one.
    public const int FirstNumber = 100_000;

    public static Command Create()
    {
        Option<int> count = new("--count") { Required = true };
        Option<string> relay = new("--relay");
        Command command = new("crowd") { count, relay };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(count), parsed.GetValue(relay)));
        return command;
    }

    public static AgentId IdOf(int number) => Identities.At(FirstNumber + number).Id;

    private static async Task RunAsync(int count, string? relayText)
    {
        await using RelayServer? relay = relayText is null
            ? await RelayServer.StartAsync(new RelayOptions { Identity = Identities.At(0), Listen = new IPEndPoint(IPAddress.Loopback, 0) })
            : null;
        RelayAddress address = relay?.Address ?? RelayAddress.Parse(relayText!);
        await Console.Out.WriteLineAsync(address.ToString());
        List<AntsAgent> agents = [];
        for (int i = 0; i < count; i++)
        {
            AntsOptions options = new() { Identity = Identities.At(FirstNumber + i), Relays = { address } };
            AntsAgent agent = await AntsAgent.StartAsync(options);
            agent.Serve(Echo, static (stream, ct) => stream.Input.CopyToAsync(stream.Output, ct));
            agents.Add(agent);
        }

        await Console.Out.WriteLineAsync("ready");
        await Console.In.ReadToEndAsync();
        await Task.WhenAll(agents.Select(agent => agent.DisposeAsync().AsTask()));
    }
}
