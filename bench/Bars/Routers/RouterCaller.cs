using System.Diagnostics;
using System.Globalization;

namespace Ants.Bench.Bars.Routers;

/// <summary>
/// An agent as a process of the lab: starts, calls a peer at once, says how long both took together, and what memory it has used after it has
/// stayed where its router can get at it.
/// </summary>
internal static class RouterCaller
{
    // Longer than a search for routers takes (3.75 s); what one does to it has been done by then, many thousand times.
    private static readonly TimeSpan s_stay = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] relays, string peer)
    {
        long start = Stopwatch.GetTimestamp();
        AntsOptions options = new() { Identity = AgentIdentity.Generate() };
        foreach (string relay in relays)
        {
            options.Relays.Add(RelayAddress.Parse(relay));
        }

        await using AntsAgent agent = await AntsAgent.StartAsync(options);
        await using AntsSession session = await agent.ConnectAsync(AgentId.Parse(peer));
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await Task.Delay(s_stay);
        using Process self = Process.GetCurrentProcess();
        string heard = string.Join(',', agent.PortMapping.Attempts.Select(attempt => $"{attempt.Protocol}:{attempt.Outcome}"));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"called {took:F1} {self.PeakWorkingSet64 / 1024} {agent.PortMapping.Mappings.Count} {heard}"));
        return 0;
    }
}
