using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>Sends and receives all that a connection takes.</summary>
internal static class StreamBulk
{
    // What a careful program would take: larger reads and writes were no faster here over TLS or TCP, smaller ones slower.
    private const int ReadSize = 256 * 1024;

    /// <summary>Sends until both ends have counted enough, and returns what they found.</summary>
    public static async Task<Figure> SendAsync(Stream stream, ByteWindow sent, CancellationToken ct)
    {
        Task<Figure> figure = sent.CompareAsync(stream, ct);
        while (!figure.IsCompleted)
        {
            await stream.WriteAsync(Pattern.TwoPeriods, ct);
            sent.Count(Pattern.TwoPeriods.Length);
        }

        return await figure;
    }

    /// <summary>Receives until enough is counted, reports, and receives on to the end.</summary>
    public static async Task ReceiveAsync(Stream stream, ByteWindow received, CancellationToken ct)
    {
        Task reporting = ReportAsync(stream, received, ct);
        byte[] buffer = new byte[ReadSize];
        long offset = 0;
        while (await stream.ReadAsync(buffer, ct) is > 0 and int count)
        {
            if (!Pattern.Matches(offset, buffer.AsSpan(0, count)))
            {
                received.Spoil(Verdict.Corrupted);
                break;
            }

            offset += count;
            received.Count(count);
        }

        await reporting;
    }

    private static async Task ReportAsync(Stream stream, ByteWindow received, CancellationToken ct) =>
        await (await received.Closed.WaitAsync(ct)).WriteAsync(stream, ct);
}
