using System.Buffers;
using System.IO.Pipelines;
using Ants.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Streams;

[TestFixture]
internal sealed class StreamOutputTests
{
    private const int Block = 64 * 1024;

    private readonly FakeOwner _owner = new();

    [Test]
    public async Task What_is_written_is_lent_until_it_is_acknowledged()
    {
        StreamOutput output = new(_owner);
        Random random = new(3);
        List<byte> written = [];
        ulong acked = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[random.Next(1, i % 50 == 0 ? 100_000 : 3000)];
            random.NextBytes(bytes);
            Memory<byte> room = output.GetMemory(random.Next(bytes.Length, bytes.Length * 2));
            bytes.CopyTo(room);
            output.Advance(bytes.Length);
            long unflushed = output.UnflushedBytes;
            ReadOnlySequence<byte> lent = output.Lend(acked, (ulong)written.Count, out bool isLast);
            Assert.That(isLast, Is.False);
            Assert.That(lent.ToArray(), Is.EqualTo(written[(int)acked..]), "Not what was not flushed.");
            written.AddRange(bytes);
            if (random.Next(3) > 0)
            {
                await output.FlushAsync();
            }
            else
            {
                written.RemoveRange(written.Count - bytes.Length, bytes.Length);
                await output.FlushAsync();
                written.AddRange(bytes);
            }

            Assert.That(unflushed, Is.EqualTo(bytes.Length));
            acked += (ulong)random.NextInt64((long)written.Count - (long)acked + 1);
            Assert.That(output.Lend(acked, (ulong)written.Count, out _).ToArray(), Is.EqualTo(written[(int)acked..]));
            Assert.That(output.Start, Is.EqualTo(acked));
        }

        output.Complete();
        Assert.That(output.Lend((ulong)written.Count, (ulong)written.Count, out bool isOver).IsEmpty && isOver, Is.True);
    }

    [Test]
    public async Task A_writer_waits_for_what_is_unsent_and_not_for_what_is_under_way()
    {
        StreamOutput output = new(_owner);
        ulong written = 0;
        Task<FlushResult> flush;
        do
        {
            flush = output.WriteAsync(new byte[Block]).AsTask();
            written += Block;
        }
        while (flush.IsCompleted);

        Assert.That(written, Is.EqualTo(StreamOutput.PauseAt));
        output.Lend(0, Block, out _);
        Assert.That(flush.IsCompleted, Is.False);
        output.Lend(0, written / 2, out _);
        Assert.That((await flush).IsCompleted, Is.False);

        for (int i = 0; i < 1000; i++)
        {
            output.Lend(0, written, out _);
            flush = output.WriteAsync(new byte[Block]).AsTask();
            written += Block;
            if (!flush.IsCompleted)
            {
                break;
            }
        }

        Assert.That(written, Is.InRange(16 * 1024 * 1024, (16 * 1024 * 1024) + (2 * StreamOutput.PauseAt)), "A peer that acknowledges nothing holds the writer back.");
        output.Lend(written, written, out _);
        await flush;
    }

    [Test]
    public void Writers_that_are_many_wait_for_less()
    {
        foreach ((int writers, int expected) in new[] { (1, StreamOutput.PauseAt), (2, StreamOutput.PauseAt / 2), (1000, StreamOutput.LeastPauseAt) })
        {
            StreamOutput output = new(new FakeOwner { Writers = writers });
            int written = Block;
            while (output.WriteAsync(new byte[Block]).AsTask().IsCompleted)
            {
                written += Block;
            }

            Assert.That(written, Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_write_that_is_taken_at_once_does_not_wait()
    {
        StreamOutput output = new(_owner);
        ulong written = 0;
        _owner.Written = () => output.Lend(0, written, out _);
        for (int i = 0; i < 4 * StreamOutput.PauseAt / Block; i++)
        {
            written += Block;
            Assert.That(output.WriteAsync(new byte[Block]).AsTask().IsCompleted, Is.True);
        }
    }

    [Test]
    public async Task The_end_of_the_other_side_ends_a_wait()
    {
        StreamOutput output = new(_owner);
        Task<FlushResult> flush = output.WriteAsync(new byte[StreamOutput.PauseAt]).AsTask();
        output.End(null);
        Assert.That((await flush).IsCompleted, Is.True);
        Assert.That((await output.WriteAsync(new byte[StreamOutput.PauseAt * 2])).IsCompleted, Is.True);

        StreamOutput broken = new(_owner);
        flush = broken.WriteAsync(new byte[StreamOutput.PauseAt]).AsTask();
        broken.End(new InvalidDataException("broken"));
        Assert.That(async () => await flush, Throws.InstanceOf<InvalidDataException>());
        Assert.That(async () => await broken.FlushAsync(), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task Waits_can_be_cancelled_both_ways()
    {
        StreamOutput output = new(_owner);
        using CancellationTokenSource cancellation = new();
        Task<FlushResult> flush = output.WriteAsync(new byte[StreamOutput.PauseAt], cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(async () => await flush, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await output.FlushAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        flush = output.FlushAsync().AsTask();
        Assert.That(flush.IsCompleted, Is.False);
        output.CancelPendingFlush();
        Assert.That((await flush).IsCanceled, Is.True);

        output.CancelPendingFlush();
        Assert.That((await output.FlushAsync()).IsCanceled, Is.True);
        Assert.That(output.FlushAsync().AsTask().IsCompleted, Is.False);
        Assert.That(output.Lend(0, 0, out _).Length, Is.EqualTo(StreamOutput.PauseAt), "Nothing is lost by it.");
    }

    [Test]
    public void Completion_shows_the_rest_and_an_abort_does_not()
    {
        StreamOutput output = new(_owner);
        output.GetSpan(10)[..10].Clear();
        output.Advance(10);
        output.Complete();
        output.Complete(new InvalidDataException("too late"));
        Assert.That(output.Lend(0, 0, out bool isLast).Length, Is.EqualTo(10));
        Assert.That(isLast, Is.True);
        Assert.That(_owner.Aborts, Is.Empty);
        Assert.That(() => output.GetMemory(), Throws.InvalidOperationException);

        StreamOutput aborted = new(_owner);
        aborted.GetSpan(10)[..10].Clear();
        aborted.Advance(10);
        aborted.Complete(new InvalidDataException("no more"));
        Assert.That(_owner.Aborts, Has.Count.EqualTo(1));
        Assert.That(aborted.Lend(0, 0, out isLast).IsEmpty && !isLast, Is.True);

        StreamOutput given = new(_owner);
        given.GetSpan(10)[..10].Clear();
        given.Advance(10);
        given.GiveUp();
        given.Complete();
        Assert.That(given.Lend(0, 0, out isLast).IsEmpty && !isLast, Is.True, "No end in order, whatever comes after.");
        Assert.That(_owner.Aborts, Has.Count.EqualTo(1));
    }

    [Test]
    public void More_than_there_was_room_for_is_refused()
    {
        StreamOutput output = new(_owner);
        Assert.That(() => output.Advance(1), Throws.InstanceOf<ArgumentOutOfRangeException>(), "No memory was taken.");
        int room = output.GetMemory(100).Length;
        Assert.That(() => output.Advance(room + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => output.Advance(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        output.Advance(room);
        Assert.That(output.UnflushedBytes, Is.EqualTo(room));
    }

    [Test]
    public async Task All_memory_goes_back_to_the_pool()
    {
        StreamOutput output = new(_owner);
        for (int i = 0; i < 3; i++)
        {
            await output.WriteAsync(new byte[40_000]);
        }

        int before = BlockPool.Instance.Idle;
        output.Lend(120_000, 120_000, out _);
        Assert.That(BlockPool.Instance.Idle, Is.GreaterThanOrEqualTo(before + 8));
    }
}
