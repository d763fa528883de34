using System.CommandLine;
using System.Globalization;

namespace Ants.Bench.Micro.Memory;

/// <summary>The bars of memory: each is measured in a process that has done nothing else.</summary>
internal static class MemoryBar
{
    private const long KB = 1024;

    public static Command Create() => new("memory", "Measures what sessions, streams and registered agents hold when idle. Exit code 1: a bar is missed.")
    {
        Bar("session", "Idle sessions of one endpoint, protocol alone.", count: 500, 8 * KB, ProtocolMemory.SessionsAsync),
        Bar("stream", "Idle streams of one session, protocol alone.", count: 2000, 1 * KB, ProtocolMemory.StreamsAsync),
        Bar("agent-session", "Idle sessions of one agent, each direct with a relay in reserve.", count: 500, 8 * KB, AgentMemory.SessionsAsync),
        Bar("agent-stream", "Idle streams of one agent, each with a read that waits.", count: 2000, 1 * KB, AgentMemory.StreamsAsync),
        Bar("relay-agent", "Idle agents that are registered at a relay.", count: 1000, 12 * KB, AgentMemory.RegisteredAsync),
        Crowd.Create(),
    };

    private static Command Bar(string name, string description, int count, long limit, Func<int, Task<Heap>> measure)
    {
        Option<int> number = new("--count") { Description = $"How many. Default: {count}.", DefaultValueFactory = _ => count };
        Command command = new(name, description) { number };
        command.SetAction(async (parsed, _) =>
        {
            int many = parsed.GetValue(number);
            Heap each = (await measure(many)).Per(many);
            bool held = each.Managed <= limit;
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{(held ? "held" : "MISSED"),-7} {name,-14} {each.Managed,7:#,0} bytes each, bar {limit,6:#,0}; resident {each.Resident,7:#,0} each, of {many:#,0}"));
            return held ? 0 : 1;
        });
        return command;
    }
}
