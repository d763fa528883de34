using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Observing;

/// <summary>A trace as it was written: a header and events, each checked to be a record of RFC 7464.</summary>
internal sealed class TraceReader
{
    public TraceReader(byte[] bytes)
    {
        Text = Encoding.UTF8.GetString(bytes);
        string[] records = Text.Split('\u001e');
        Assert.That(records[0], Is.Empty, "a trace begins with a record separator");
        Assert.That(records[1..], Is.All.EndsWith("\n"), "each record ends with a line feed");
        List<JsonElement> parsed = [.. records[1..].Select(record => JsonDocument.Parse(record).RootElement)];
        Header = parsed[0];
        Events = [.. parsed[1..].Select(element => new TraceEvent(element))];
    }

    public string Text { get; }

    public JsonElement Header { get; }

    public IReadOnlyList<TraceEvent> Events { get; }

    /// <summary>What both ends call the session.</summary>
    public string Session => Header.GetProperty("trace").GetProperty("common_fields").GetProperty("ODCID").GetString()!;

    public bool IsOfRelay => Header.GetProperty("trace").GetProperty("title").GetString()!.Contains("with relay ", StringComparison.Ordinal);

    public IEnumerable<TraceEvent> Of(string name) => Events.Where(e => e.Name == name);

    /// <summary>The place of the first event that is as asked.</summary>
    public int IndexOf(Func<TraceEvent, bool> wanted, int from = 0) =>
        Enumerable.Range(from, Events.Count - from).FirstOrDefault(i => wanted(Events[i]), -1);

    /// <summary>The numbers of packets that were sent, or received, on a path.</summary>
    public HashSet<ulong> Numbers(string name, string group) => [.. Of(name).Where(e => e.Group == group).Select(e => e.PacketNumber)];
}
