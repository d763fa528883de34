using System.Buffers;
using Ants.Protocol;
using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>One stream over a link with delay and a rate, and an application that reads at once, on virtual time.</summary>
[TestFixture]
internal sealed class WindowTuningTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    [Test]
    public void The_windows_grow_until_they_fill_the_link_and_no_further()
    {
        // 200 Mbit/s at 100 ms: 2.5 MB are in flight, ten times the first window of a stream.
        const int bytesPerTick = 125_000;
        var link = new Link(bytesPerTick);
        link.Run(TimeSpan.FromSeconds(2));
        ulong before = link.Delivered;
        link.Run(TimeSpan.FromSeconds(2));
        double used = (link.Delivered - before) / (400.0 * bytesPerTick);
        Assert.That(used, Is.GreaterThan(0.93));
        Assert.That(link.StreamWindow, Is.InRange(2_500_000UL, 10_000_000UL));
        TestContext.Out.WriteLine($"{used:P0} of the link used; the stream's window is {link.StreamWindow:N0} bytes.");
    }

    [Test]
    public void On_a_slow_link_they_stay()
    {
        var link = new Link(bytesPerTick: 3_000);
        link.Run(TimeSpan.FromSeconds(5));
        Assert.That(link.StreamWindow, Is.EqualTo(StreamLimits.Default.StreamBytes));
        Assert.That(link.Delivered, Is.GreaterThan(2_700_000UL));
    }

    private sealed class Link(int bytesPerTick)
    {
        private readonly StreamSet _sender = TestStreams.Set();
        private readonly StreamSet _receiver = TestStreams.Set(even: false);
        private readonly Queue<(Instant At, Packet Packet)> _forth = new();
        private readonly Queue<(Instant At, Packet Packet)> _back = new();
        private readonly byte[] _source = new byte[32 * 1024 * 1024];
        private readonly Counter _destination = new();
        private Instant _now;
        private long _read;
        private ulong _start;
        private bool _open;

        public ulong Delivered => (ulong)_read;

        public ulong StreamWindow => _receiver.TryGet(0, out StreamState? stream) ? stream.Receive.Window.Size : 0;

        public void Run(TimeSpan time)
        {
            for (Instant end = _now + time; _now < end; _now += Tick)
            {
                Send();
                Receive();
                Answer();
            }
        }

        private void Send()
        {
            while (_sender.TryPollEvent(out StreamEvent e))
            {
                _start = e.Value;
            }

            if (!_open)
            {
                _open = true;
                _sender.Open();
            }

            _sender.SetBuffer(0, _start, new ReadOnlySequence<byte>(_source), completed: false);
            for (int sent = 0; sent < bytesPerTick && Packet.From(_sender, Math.Min(1400, Math.Max(64, bytesPerTick - sent))) is { } packet;)
            {
                sent += packet.Bytes.Length;
                _forth.Enqueue((_now + Delay, packet));
            }
        }

        private void Receive()
        {
            while (_forth.TryPeek(out var next) && next.At <= _now)
            {
                Packet packet = _forth.Dequeue().Packet;
                Assert.That(packet.DeliverTo(_receiver).IsNone, Is.True);
                packet.AckAt(_sender);
            }

            while (_receiver.TryPollEvent(out StreamEvent e))
            {
                if (e.Kind == StreamEventKind.Opened)
                {
                    _receiver.Attach(e.Id, _destination);
                }
            }

            _receiver.Consumed(0, _destination.Count - _read, _now, Delay * 2);
            _read = _destination.Count;
        }

        private void Answer()
        {
            while (Packet.From(_receiver) is { } packet)
            {
                _back.Enqueue((_now + Delay, packet));
            }

            while (_back.TryPeek(out var next) && next.At <= _now)
            {
                Assert.That(_back.Dequeue().Packet.DeliverTo(_sender).IsNone, Is.True);
            }
        }
    }

    private sealed class Counter : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[2048];

        public long Count { get; private set; }

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes;

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes;
    }
}
