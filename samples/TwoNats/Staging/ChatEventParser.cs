using System.Net;
using System.Text.Json;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Reads the events that Chat prints with <c>--json</c>.</summary>
internal static class ChatEventParser
{
    /// <summary>One line of its standard output.</summary>
    /// <exception cref="FormatException">It is not an event; the message holds the line.</exception>
    public static AgentEvent Parse(string line, TimeSpan at)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement;
            return Text(json, "event") switch
            {
                "ready" => new AgentEvent.Ready(at, Text(json, "agent"), Text(json, "invite")),
                "network" => new AgentEvent.Network(at, Nat(json), Text(json, "explanation")),
                "relayed" => new AgentEvent.Relayed(at, Text(json, "why")),
                "session" => new AgentEvent.Session(at, Text(json, "peer")),
                "path" => new AgentEvent.Path(
                    at, Kind(Text(json, "kind")), IPEndPoint.Parse(Text(json, "remote")), json.GetProperty("rtt_ms").GetDouble()),
                "line" => new AgentEvent.Line(at, json.GetProperty("seq").GetInt64(), Text(json, "text")),
                "closed" => new AgentEvent.Closed(at, Text(json, "reason")),
                string other => throw new FormatException($"The event '{other}' is unknown."),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"This is not an event of Chat's: {line}", e);
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");

    /// <summary>The NAT of the first family that has one.</summary>
    private static string? Nat(JsonElement json) =>
        json.GetProperty("families").EnumerateArray().Select(family => family.GetProperty("nat").GetString()).FirstOrDefault(nat => nat is not null);

    private static PathKind Kind(string text) => text switch
    {
        "relayed" => PathKind.Relayed,
        "direct" => PathKind.Direct,
        _ => throw new FormatException($"The path kind '{text}' is unknown."),
    };
}
