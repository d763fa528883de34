using System.Buffers;
using System.IO.Pipelines;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Agents;

/// <summary>Fills and empties the pipes of a stream as a program does that has nothing else to do.</summary>
internal static class StreamPump
{
    /// <summary>Writes until <paramref name="over"/> or until the peer wants no more.</summary>
    public static async Task SendAsync(PipeWriter output, ByteWindow? sent, Task over)
    {
        for (long offset = 0; !over.IsCompleted;)
        {
            Memory<byte> room = output.GetMemory(Pattern.Period);
            int count = Math.Min(room.Length, Pattern.Period);
            Pattern.At(offset, count).CopyTo(room.Span);
            output.Advance(count);
            offset += count;
            FlushResult flushed = await output.FlushAsync();
            sent?.Count(count);
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Reads to the end.</summary>
    public static async Task ReceiveAsync(PipeReader input, ByteWindow received)
    {
        for (long offset = 0; ;)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> bytes = read.Buffer;
            if (!Pattern.Matches(offset, bytes))
            {
                received.Spoil(Verdict.Corrupted);
            }

            offset += bytes.Length;
            received.Count(bytes.Length);
            input.AdvanceTo(bytes.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Writes back what it reads, to the end.</summary>
    public static async Task EchoAsync(IDuplexPipe stream)
    {
        while (true)
        {
            ReadResult read = await stream.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                stream.Output.Write(piece.Span);
            }

            stream.Input.AdvanceTo(read.Buffer.End);
            FlushResult flushed = await stream.Output.FlushAsync();
            if (read.IsCompleted || flushed.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Writes a small message and reads it back.</summary>
    public static async ValueTask RoundAsync(IDuplexPipe stream)
    {
        stream.Output.Write(Pattern.At(0, Latencies.MessageSize));
        await stream.Output.FlushAsync();
        ReadResult read = await stream.Input.ReadAtLeastAsync(Latencies.MessageSize);
        if (read.Buffer.Length != Latencies.MessageSize || !Pattern.Matches(0, read.Buffer))
        {
            throw new ThroughputException("Another message came back than was sent.");
        }

        stream.Input.AdvanceTo(read.Buffer.End);
    }
}
