using System.Text.Json;

namespace Ants.Tests.Processes;

/// <summary>One line of what Chat prints with <c>--json</c>.</summary>
internal sealed record ChatEvent(string Name, long Milliseconds, JsonElement Json)
{
    public static ChatEvent Parse(string line)
    {
        JsonElement json = JsonElement.Parse(line);
        return new ChatEvent(json.GetProperty("event").GetString()!, json.GetProperty("t_ms").GetInt64(), json);
    }

    public string Text(string member) => Json.GetProperty(member).GetString()!;

    public long Number(string member) => Json.GetProperty(member).GetInt64();
}
