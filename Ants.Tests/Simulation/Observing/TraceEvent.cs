using System.Text.Json;

namespace Ants.Tests.Simulation.Observing;

/// <summary>One event of a trace.</summary>
internal readonly record struct TraceEvent(JsonElement Element)
{
    public double Time => Element.GetProperty("time").GetDouble();

    public string Name => Element.GetProperty("name").GetString()!;

    public string Group => Element.GetProperty("group_id").GetString()!;

    public JsonElement Data => Element.GetProperty("data");

    public ulong PacketNumber => Data.GetProperty("header").GetProperty("packet_number").GetUInt64();

    public IEnumerable<JsonElement> Frames => Data.GetProperty("frames").EnumerateArray();

    /// <summary>A member of the data as text; empty where there is none.</summary>
    public string this[string member] => Data.TryGetProperty(member, out JsonElement value) ? value.ToString() : "";

    /// <summary>The numbers that this packet acknowledges on its own path.</summary>
    public IEnumerable<ulong> Acknowledged()
    {
        foreach (JsonElement frame in Frames.Where(frame => frame.GetProperty("frame_type").GetString() == "ack"))
        {
            foreach (JsonElement range in frame.GetProperty("acked_ranges").EnumerateArray())
            {
                for (ulong number = range[0].GetUInt64(); number <= range[1].GetUInt64(); number++)
                {
                    yield return number;
                }
            }
        }
    }
}
