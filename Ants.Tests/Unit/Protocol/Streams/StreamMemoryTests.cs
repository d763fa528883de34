using System.Buffers;
using System.Runtime.InteropServices;
using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class StreamMemoryTests
{
    [Test]
    public void Lone_bytes_at_odd_offsets_take_no_more_blocks_than_the_window_pays_for()
    {
        StreamSet set = TestStreams.Set();
        int window = (int)StreamLimits.Default.StreamBytes;
        for (int offset = 1; offset < window; offset += 2)
        {
            if (!set.Receive(1, (ulong)offset, 1).IsNone)
            {
                Assert.Fail($"The byte at {offset} was refused.");
            }
        }

        set.TryGet(1, out StreamState? stream);
        Assert.That(stream!.Receive.HeldBlocks, Is.EqualTo(window / ReassemblyBlock.Size));
        set.ReturnBlocks();
    }

    [Test]
    public void Whatever_a_peer_sends_the_blocks_of_all_streams_stay_within_the_session_window_and_two_per_stream()
    {
        StreamLimits limits = StreamLimits.Default;
        StreamSet set = TestStreams.Set(limits);
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong id = ((ulong)random.Next((int)limits.Streams) * 2) + 1;
            refused += set.Receive(id, (ulong)random.Next((int)limits.StreamBytes / 8), 1).IsNone ? 0 : 1;
        }

        int blocks = 0;
        for (ulong index = 0; index < limits.Streams; index++)
        {
            blocks += set.TryGet(StreamId.At(index, even: false), out StreamState? stream) ? stream.Receive.HeldBlocks : 0;
        }

        Assert.That(refused, Is.GreaterThan(0), "The session window was reached.");
        Assert.That(blocks, Is.LessThanOrEqualTo((int)(limits.SessionBytes / ReassemblyBlock.Size) + (2 * (int)limits.Streams)));
        set.ReturnBlocks();
    }

    [Test]
    public void Events_that_are_not_polled_do_not_pile_up()
    {
        StreamSet set = TestStreams.Set();
        set.Receive(1, 0, 0);
        set.Attach(1, new CheckedDestination(TestStreams.At));
        for (ulong offset = 0; offset < 100_000; offset++)
        {
            set.OnStreamFrame(new StreamFrame(1, offset, [TestStreams.At(offset)], false));
        }

        Assert.That(set.Events(), Has.Count.EqualTo(2));
    }

    [Test]
    public void Sending_and_receiving_allocate_nothing_per_packet()
    {
        StreamSet sender = TestStreams.Set(), receiver = TestStreams.Set(even: false);
        ulong id = sender.Open();
        var transfer = new Transfer(sender, receiver, id);
        transfer.Run(400);
        long before = GC.GetAllocatedBytesForCurrentThread();
        transfer.Run(2000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000), "2,000 packets, 2.3 MB");
    }

    /// <summary>One stream in one direction, each second packet late, each tenth lost, with buffers that are used again.</summary>
    private sealed class Transfer(StreamSet sender, StreamSet receiver, ulong id) : IBufferWriter<byte>
    {
        private readonly byte[] _source = new byte[64 * 1024];
        private readonly byte[] _sink = new byte[64 * 1024];
        private readonly byte[] _packet = new byte[1200];
        private readonly byte[] _late = new byte[1200];
        private readonly SentFrames _notes = new();
        private readonly List<SentFrame> _lateNotes = [];
        private int _lateLength;
        private bool _attached;
        private ulong _start;
        private long _unread;

        public void Advance(int count) => _unread += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _sink;

        public Span<byte> GetSpan(int sizeHint = 0) => _sink;

        public void Run(int packets)
        {
            sender.SetBuffer(id, _start, new ReadOnlySequence<byte>(_source), false);
            for (int i = 0; i < packets; i++)
            {
                var writer = new WireWriter(_packet);
                _notes.Clear();
                sender.Write(ref writer, _notes);
                if (i % 2 == 0)
                {
                    _lateLength = writer.Written;
                    writer.Span.CopyTo(_late);
                    _lateNotes.Clear();
                    _lateNotes.AddRange(_notes.All);
                    continue;
                }

                Deliver(writer.Span, _notes.All, lost: false);
                Deliver(_late.AsSpan(0, _lateLength), CollectionsMarshal.AsSpan(_lateNotes), lost: i % 10 == 9);
                Answer();
            }
        }

        private void Deliver(ReadOnlySpan<byte> bytes, ReadOnlySpan<SentFrame> notes, bool lost)
        {
            var reader = new WireReader(bytes);
            while (!lost && reader.TryReadVarInt(out ulong type) && StreamFrame.TryRead(type, ref reader, out StreamFrame frame))
            {
                receiver.OnStreamFrame(frame);
            }

            foreach (SentFrame note in notes)
            {
                if (lost)
                {
                    sender.OnLost(note);
                }
                else
                {
                    sender.OnAcked(note);
                }
            }
        }

        private void Answer()
        {
            if (!_attached)
            {
                _attached = true;
                receiver.Attach(id, this);
            }

            receiver.Consumed(id, _unread, Instant.Zero, TestStreams.Rtt);
            _unread = 0;
            _notes.Clear();
            var writer = new WireWriter(_packet);
            receiver.Write(ref writer, _notes);
            var reader = new WireReader(writer.Span);
            while (reader.TryReadVarInt(out ulong type) && NumberFrame.TryRead((FrameType)type, ref reader, out NumberFrame frame))
            {
                sender.OnNumberFrame(frame);
            }

            while (receiver.TryPollEvent(out _))
            {
                // Nothing to do: bytes are counted as they are written.
            }

            while (sender.TryPollEvent(out StreamEvent e))
            {
                _start = e.Kind == StreamEventKind.Acked ? e.Value : _start;
            }

            sender.SetBuffer(id, _start, new ReadOnlySequence<byte>(_source), false);
        }
    }
}
