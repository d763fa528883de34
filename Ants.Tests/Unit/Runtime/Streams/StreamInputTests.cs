using System.Buffers;
using System.IO.Pipelines;
using Ants.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Streams;

/// <summary>The reading end against the reader of a pipe of the platform, which is what it has to behave like.</summary>
[TestFixture]
internal sealed class StreamInputTests
{
    private readonly FakeOwner _owner = new();

    [Test]
    public void It_does_what_a_pipe_does([Range(1, 60)] int seed)
    {
        Random random = new(seed);
        FakeOwner owner = new();
        using PipeTwins twins = new(owner);
        for (int i = 0; i < 600; i++)
        {
            twins.Step(random, $"seed {seed}, step {i}");
        }

        Assert.That(owner.Read, Is.EqualTo(twins.Consumed));
        Assert.That(twins.Reads, Is.GreaterThan(30));
    }

    [Test]
    public async Task Every_byte_comes_through_in_order_whatever_the_threads_do()
    {
        const int total = 32 << 20;
        StreamInput input = new(new FakeOwner { Scheduler = PipeScheduler.ThreadPool });
        Task writing = Task.Run(() =>
        {
            Random random = new(7);
            for (int at = 0; at < total;)
            {
                int count = Math.Min(random.Next(1, 5000), total - at);
                Fill(input, at, count);
                at += count;
                if (random.Next(4) == 0)
                {
                    input.Show();
                }
            }

            input.End(null);
        });

        Random random = new(8);
        int next = 0;
        bool isLast = false;
        while (!isLast)
        {
            ReadResult read = await input.ReadAsync();
            long take = read.Buffer.Length == 0 ? 0 : random.NextInt64(1, read.Buffer.Length + 1);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer.Slice(0, take))
            {
                foreach (byte b in piece.Span)
                {
                    if (b != (byte)(next * 31 >> 3))
                    {
                        Assert.Fail($"The byte at {next} is another.");
                    }

                    next++;
                }
            }

            input.AdvanceTo(read.Buffer.GetPosition(take));
            isLast = read.IsCompleted && take == read.Buffer.Length;
        }

        await writing;
        Assert.That(next, Is.EqualTo(total));
    }

    [Test]
    public void What_is_read_goes_back_to_the_pool_and_nothing_is_held_for_a_reader_that_waits()
    {
        StreamInput input = new(_owner);
        Fill(input, 0, 40_000);
        int before = BlockPool.Instance.Idle;
        input.Show();
        Assert.That(input.TryRead(out ReadResult read), Is.True);
        input.AdvanceTo(read.Buffer.End);
        Assert.That(BlockPool.Instance.Idle, Is.EqualTo(before + 3));
        Assert.That(input.TryRead(out _), Is.False);
    }

    [Test]
    public void What_somebody_is_reading_stays_when_the_stream_breaks()
    {
        StreamInput input = new(_owner);
        Fill(input, 0, 100);
        input.Show();
        Assert.That(input.TryRead(out ReadResult read), Is.True);
        input.End(new InvalidOperationException("broken"));
        StreamInput other = new(_owner);
        other.Room(1).Span.Clear();
        Assert.That(read.Buffer.ToArray(), Is.EqualTo(Pattern(0, 100)), "Nobody got the memory.");
        input.AdvanceTo(read.Buffer.Start);
        Assert.That(() => input.TryRead(out _), Throws.InvalidOperationException.With.Message.EqualTo("broken"));
    }

    [Test]
    public async Task A_quiet_show_wakes_nobody_until_the_wake()
    {
        StreamInput input = new(_owner);
        Task<ReadResult> read = input.ReadAsync().AsTask();
        Fill(input, 0, 10);
        input.Show(isQuiet: true);
        Assert.That(read.IsCompleted, Is.False);
        input.Wake();
        Assert.That((await read).Buffer.Length, Is.EqualTo(10));
    }

    [Test]
    public async Task A_cancellation_ends_its_own_wait_and_no_other()
    {
        StreamInput input = new(_owner);
        using CancellationTokenSource first = new(), second = new();
        Task<ReadResult> read = input.ReadAsync(first.Token).AsTask();
        await first.CancelAsync();
        Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(first.Token));
        read = input.ReadAsync(second.Token).AsTask();
        Fill(input, 0, 3);
        input.Show();
        ReadResult result = await read;
        Assert.That(result.Buffer.Length, Is.EqualTo(3));
        input.AdvanceTo(result.Buffer.End);
        read = input.ReadAsync().AsTask();
        await second.CancelAsync();
        Assert.That(read.IsCompleted, Is.False);
        input.End(null);
        Assert.That((await read).IsCompleted, Is.True);
    }

    [Test]
    public void A_token_that_is_cancelled_while_the_wait_begins_is_the_one_that_is_reported()
    {
        for (int i = 0; i < 2000; i++)
        {
            StreamInput input = new(new FakeOwner { Scheduler = PipeScheduler.ThreadPool });
            using CancellationTokenSource cancellation = new();
            Task cancelling = Task.Run(cancellation.Cancel);
            OperationCanceledException? e = Assert.CatchAsync<OperationCanceledException>(async () => await input.ReadAsync(cancellation.Token));
            Assert.That(e!.CancellationToken, Is.EqualTo(cancellation.Token));
            Assert.That(async () => await cancelling, Throws.Nothing);
        }
    }

    [Test]
    public void Positions_of_elsewhere_are_refused_and_nothing_is_lost()
    {
        StreamInput input = new(_owner);
        Fill(input, 0, 100);
        input.Show();
        Assert.That(input.TryRead(out ReadResult read), Is.True);
        SequencePosition beyond = new(read.Buffer.End.GetObject(), 101);
        Assert.That(() => input.AdvanceTo(beyond), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => input.AdvanceTo(read.Buffer.End, read.Buffer.Start), Throws.InstanceOf<ArgumentOutOfRangeException>());
        input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        Assert.That(() => input.AdvanceTo(read.Buffer.End), Throws.InvalidOperationException);
        Assert.That(input.TryRead(out read) && read.Buffer.Length == 100, Is.True);
    }

    private static byte[] Pattern(int from, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)((from + i) * 31 >> 3);
        }

        return bytes;
    }

    private static void Fill(StreamInput input, int from, int count)
    {
        ReadOnlySpan<byte> bytes = Pattern(from, count);
        while (!bytes.IsEmpty)
        {
            Span<byte> room = input.Room(0).Span;
            int some = Math.Min(room.Length, bytes.Length);
            bytes[..some].CopyTo(room);
            input.Advance(some);
            bytes = bytes[some..];
        }
    }
}
