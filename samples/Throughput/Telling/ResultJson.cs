using System.Buffers;
using System.Text;
using System.Text.Json;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Telling;

/// <summary>The results as one JSON object on one line.</summary>
internal static class ResultJson
{
    private const string Rate = "mbit_s", Cpu = "cpu_s_per_gb", Sender = "cpu_sender_s_per_gb", Receiver = "cpu_receiver_s_per_gb";
    private const string Relay = "cpu_relay_s_per_gb", P50 = "p50_us", P99 = "p99_us";
    private const string Allocated = "alloc_b_per_packet", SenderAllocated = "alloc_sender_b_per_packet", ReceiverAllocated = "alloc_receiver_b_per_packet";

    /// <summary>Writes them, with what the bars say and what went wrong.</summary>
    public static string Write(IEnumerable<Result> results, IEnumerable<Bar> bars, IEnumerable<string> failures)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (Result result in results)
            {
                Write(json, result);
            }

            json.WriteEndArray();
            json.WriteStartArray("bars");
            foreach (Bar bar in bars)
            {
                Write(json, bar);
            }

            json.WriteEndArray();
            json.WriteStartArray("failures");
            foreach (string failure in failures)
            {
                json.WriteStringValue(failure);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Reads the figure of the one result that one end printed.</summary>
    /// <exception cref="FormatException">It is none; the message holds the line.</exception>
    public static Figure ReadFigure(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement result = document.RootElement.GetProperty("results")[0];
            return new Figure
            {
                MegabitsPerSecond = Number(result, Rate),
                SenderCpu = Number(result, Sender),
                ReceiverCpu = Number(result, Receiver),
                SenderAllocated = Number(result, SenderAllocated),
                ReceiverAllocated = Number(result, ReceiverAllocated),
                P50 = Number(result, P50),
                P99 = Number(result, P99),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException($"This is not a result: {line}", e);
        }
    }

    private static void Write(Utf8JsonWriter json, Result result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteNumber("streams", result.Streams);
        Write(json, Rate, result.MegabitsPerSecond, digits: 1, withRange: true);
        Write(json, Cpu, result.Cpu, digits: 4, withRange: false);
        Write(json, Sender, result.SenderCpu, digits: 4, withRange: false);
        Write(json, Receiver, result.ReceiverCpu, digits: 4, withRange: false);
        Write(json, Relay, result.RelayCpu, digits: 4, withRange: false);
        Write(json, Allocated, result.Allocated, digits: 2, withRange: false);
        Write(json, SenderAllocated, result.SenderAllocated, digits: 2, withRange: false);
        Write(json, ReceiverAllocated, result.ReceiverAllocated, digits: 2, withRange: false);
        Write(json, P50, result.P50, digits: 2, withRange: true);
        Write(json, P99, result.P99, digits: 2, withRange: true);
        json.WriteNumber("runs", result.Runs.Count);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Range? range, int digits, bool withRange)
    {
        if (range is not { } known)
        {
            return;
        }

        json.WriteNumber(name, Math.Round(known.Median, digits));
        if (withRange)
        {
            json.WriteNumber($"{name}_min", Math.Round(known.Least, digits));
            json.WriteNumber($"{name}_max", Math.Round(known.Most, digits));
        }
    }

    private static void Write(Utf8JsonWriter json, Bar bar)
    {
        json.WriteStartObject();
        json.WriteString("bar", bar.Text);
        json.WriteNumber("ratio", Math.Round(bar.Ratio, 3));
        json.WriteNumber(bar.IsCeiling ? "at_most" : "at_least", bar.Limit);
        json.WriteBoolean("stretch", bar.IsStretch);
        json.WriteBoolean("held", bar.Holds);
        json.WriteEndObject();
    }

    private static double? Number(JsonElement result, string name) =>
        result.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
}
