using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>Small messages there and back over a connection.</summary>
internal static class StreamEcho
{
    /// <summary>Measures how long they take.</summary>
    public static async Task<Figure> SendAsync(Stream stream, TimeSpan length, Action opened, CancellationToken ct)
    {
        byte[] there = Pattern.At(0, Latencies.MessageSize).ToArray(), back = new byte[there.Length];
        return await Latencies.MeasureAsync(length, Round, opened);

        async ValueTask Round()
        {
            await stream.WriteAsync(there, ct);
            await stream.ReadExactlyAsync(back, ct);
        }
    }

    /// <summary>Sends back what comes, to the end.</summary>
    public static async Task AnswerAsync(Stream stream, CancellationToken ct)
    {
        byte[] buffer = new byte[Latencies.MessageSize];
        while (await stream.ReadAsync(buffer, ct) is > 0 and int count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), ct);
        }
    }
}
