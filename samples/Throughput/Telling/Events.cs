using System.Globalization;
using System.Text.Json;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Telling;

/// <summary>What one end says while it runs: lines for people, or objects for the program that started it.</summary>
internal sealed class Events(TextWriter output, bool json)
{
    /// <summary>The words of the objects.</summary>
    public const string ReadyEvent = "ready", MeasuringEvent = "measuring";

    /// <summary>To standard output.</summary>
    public static Events For(bool json) => new(Console.Out, json);

    /// <summary>It can be reached.</summary>
    public void Ready(string agent) => Say($"Serving as {agent}", ReadyEvent, agent);

    /// <summary>The warm-up is over.</summary>
    public void Measuring() => Say("Measuring ...", MeasuringEvent, agent: null);

    /// <summary>What came of it.</summary>
    public void Measured(string name, int streams, Figure figure)
    {
        Result result = new(name, streams, [figure]);
        output.WriteLine(json ? ResultJson.Write([result], [], []) : ToText(result));
        output.Flush();
    }

    private static string ToText(Result result) => result.MegabitsPerSecond is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{result.Name}: {rate.Median:N0} Mbit/s over {result.Streams} stream(s), CPU seconds per GB: "
            + $"{result.SenderCpu?.Median:F2} here, {result.ReceiverCpu?.Median:F2} there")
        : string.Create(CultureInfo.InvariantCulture, $"{result.Name}: {result.P50?.Median:F1} us (p50), {result.P99?.Median:F1} us (p99)");

    private void Say(string text, string word, string? agent)
    {
        output.WriteLine(!json ? text
            : agent is null ? $$"""{"event":"{{word}}"}"""
            : $$"""{"event":"{{word}}","agent":"{{JsonEncodedText.Encode(agent)}}"}""");
        output.Flush();
    }
}
