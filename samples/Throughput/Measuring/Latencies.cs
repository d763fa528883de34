using System.Diagnostics;

namespace Ants.Samples.Throughput.Measuring;

/// <summary>Sends small messages one after the other, each when the one before has come back, and keeps how long each took.</summary>
internal sealed class Latencies
{
    /// <summary>A line of text, a small command.</summary>
    public const int MessageSize = 64;

    // Below, the last hundredth would be a handful of messages.
    private const int FewestRounds = 5_000;

    private readonly List<long> _ticks = new(1 << 18);

    /// <summary>Measures rounds for a time, and no fewer than 5,000, after a warm-up.</summary>
    /// <param name="length">How long.</param>
    /// <param name="round">Sends a message and waits until it is back.</param>
    /// <param name="opened">Called when the warm-up is over.</param>
    public static async Task<Figure> MeasureAsync(TimeSpan length, Func<ValueTask> round, Action opened)
    {
        Latencies kept = new();
        await kept.RunAsync(Request.WarmUp, round);
        opened();
        kept._ticks.Clear();
        await kept.RunAsync(length, round);
        kept._ticks.Sort();
        return new Figure { P50 = kept.Percentile(50), P99 = kept.Percentile(99) };
    }

    private async Task RunAsync(TimeSpan length, Func<ValueTask> round)
    {
        long begun = Stopwatch.GetTimestamp();
        long before = begun;
        while (_ticks.Count < FewestRounds || Stopwatch.GetElapsedTime(begun, before) < length)
        {
            await round();
            long now = Stopwatch.GetTimestamp();
            _ticks.Add(now - before);
            before = now;
        }
    }

    // The nearest rank.
    private double Percentile(int percent) =>
        _ticks[Math.Max(0, (int)Math.Ceiling(_ticks.Count * percent / 100.0) - 1)] * 1e6 / Stopwatch.Frequency;
}
