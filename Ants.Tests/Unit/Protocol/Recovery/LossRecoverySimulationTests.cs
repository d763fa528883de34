using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

/// <summary>
/// A sender and a receiver joined by a network that delays, loses, doubles and reorders packets and ACKs, on virtual time.
/// </summary>
[TestFixture]
internal sealed class LossRecoverySimulationTests
{
    private const int Packets = 3000;

    [Test]
    public void Whatever_the_network_does_every_frame_meets_its_fate_and_every_byte_is_counted([Range(1, 24)] int seed)
    {
        Random random = new(seed);
        double loss = seed % 3 * 0.1;
        double spread = seed % 4 * 15;
        World world = new(random, loss, spread);
        world.Run(Packets);
        world.CheckEnd(Packets);
    }

    private sealed class World(Random random, double loss, double spreadMs) : IFrameFate
    {
        private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
        private readonly SentPacketPool _pool = new();
        private readonly RttEstimator _rtt = new();
        private readonly AckTracker _tracker = new();
        private readonly HashSet<ulong> _seen = [];
        private readonly Dictionary<ulong, int> _acked = [];
        private readonly Dictionary<ulong, int> _lost = [];
        private readonly Dictionary<ulong, int> _expectedInFlight = [];
        private LossRecovery? _recovery;
        private NewReno? _congestion;
        private Instant _now = Instant.Zero;
        private int _sent;
        private int _inFlight;
        private long _order;

        private LossRecovery Recovery => _recovery ??= new LossRecovery(_rtt, _congestion = new NewReno(1200), AckTracker.MaxAckDelay, _pool, new PathMtu(1200));

        public void OnFrameAcked(uint pathId, in SentFrame frame)
        {
            if (frame.Kind == SentFrameKind.StreamData)
            {
                Assert.That(_seen.Contains(frame.Id), Is.True, "Only what arrived is acknowledged.");
                _acked[frame.Id] = _acked.GetValueOrDefault(frame.Id) + 1;
                Settle(frame.Id);
            }
        }

        public void OnFrameLost(uint pathId, in SentFrame frame)
        {
            Assert.That(frame.Kind, Is.EqualTo(SentFrameKind.StreamData));
            Assert.That(_acked.ContainsKey(frame.Id), Is.False, "What is acknowledged cannot be lost.");
            _lost[frame.Id] = _lost.GetValueOrDefault(frame.Id) + 1;
            Settle(frame.Id);
        }

        public void Run(int packets)
        {
            for (int steps = 0; _sent < packets || Recovery.HasAckElicitingInFlight; steps++)
            {
                Assert.That(steps, Is.LessThan(packets * 100), "It comes to an end.");
                while (_sent < packets && Recovery.CanSend(_now, 1200))
                {
                    SendOne();
                }

                Step(_sent < packets ? Recovery.PacedUntil(_now, 1200) : null);
                Check();
            }
        }

        public void CheckEnd(int packets)
        {
            Assert.That(_acked.Keys.Union(_lost.Keys).Count(), Is.GreaterThanOrEqualTo(packets), "Each frame met a fate.");
            Assert.That(_acked.Values.Max(), Is.EqualTo(1), "None was acknowledged twice.");
            Assert.That(_lost.Count == 0 || _lost.Values.Max() == 1, Is.True, "None was lost twice.");
            Assert.That(Recovery.BytesInFlight, Is.Zero);
            Assert.That(Recovery.Deadline, Is.Null);
            if (loss == 0 && spreadMs == 0)
            {
                Assert.That(_lost, Is.Empty, "A perfect network loses nothing.");
            }

            Recovery.Release();
            Assert.That(_pool.Rented, Is.Zero, "Every packet went back.");
        }

        private void Check()
        {
            // Plain comparisons: this runs after every step.
            if (Recovery.BytesInFlight != _inFlight
                || _congestion!.Window < 2400
                || Recovery.Deadline is not null != Recovery.HasAckElicitingInFlight)
            {
                Assert.Fail($"{Recovery.BytesInFlight} bytes in flight, {_inFlight} expected, window {_congestion!.Window}, deadline {Recovery.Deadline}.");
            }
        }

        private void Settle(ulong number)
        {
            if (_expectedInFlight.Remove(number, out int size))
            {
                _inFlight -= size;
            }
        }

        private void Step(Instant? paced)
        {
            Instant next = Instant.Min(Recovery.Deadline ?? Instant.Never, Instant.Min(_tracker.Deadline ?? Instant.Never, paced ?? Instant.Never));
            if (_events.TryPeek(out _, out (long At, long Order) first) && first.At <= next.Ticks)
            {
                _now = Instant.Max(_now, new Instant(first.At));
                _events.Dequeue()();
            }
            else if (next != Instant.Never)
            {
                _now = Instant.Max(_now, next);
            }

            if (_tracker.IsAckDue(_now))
            {
                SendAck();
            }

            if (Recovery.OnTimeout(_now, 0, this) == TimeoutKind.ProbeTimeout)
            {
                SendOne();
            }
        }

        private void SendOne()
        {
            // Now and then an ACK alone, a DATAGRAM outside congestion control, or a number left out.
            int kind = random.Next(20);
            if (kind == 0)
            {
                Recovery.SkipPacketNumber();
            }

            SentPacket packet = _pool.Rent(_now);
            ulong number = packet.Number = Recovery.NextPacketNumber;
            packet.Size = random.Next(40, 1201);
            packet.AckEliciting = kind != 1;
            packet.InFlight = kind is not (1 or 2);
            packet.Add(packet.AckEliciting ? new SentFrame(SentFrameKind.StreamData, number) : new SentFrame(SentFrameKind.Ack, 0, 0));
            _sent += packet.AckEliciting ? 1 : 0;
            if (packet.InFlight)
            {
                _expectedInFlight[number] = packet.Size;
                _inFlight += packet.Size;
            }

            bool ackEliciting = packet.AckEliciting;
            Recovery.OnSent(_now, packet);
            Deliver(() => Receive(number, ackEliciting));
        }

        private void Receive(ulong number, bool ackEliciting)
        {
            if (_seen.Add(number))
            {
                _tracker.OnReceived(_now, number, ackEliciting);
            }
        }

        private void SendAck()
        {
            byte[] buffer = new byte[random.Next(20, 200)];
            WireWriter writer = new(buffer);
            Assert.That(_tracker.TryWrite(_now, 0, ref writer, out SentFrame note), Is.True);
            byte[] written = writer.Span.ToArray();
            Deliver(() => TakeAck(written, note.Offset));
        }

        private void TakeAck(byte[] bytes, ulong largest)
        {
            WireReader reader = new(bytes);
            reader.TryReadVarInt(out ulong _);
            Assert.That(AckFrame.TryRead(ref reader, out AckFrame frame), Is.True);
            Assert.That(Recovery.TryOnAck(_now, frame, 0, this, sampleRtt: true, out AckOutcome outcome), Is.True);
            Assert.That(outcome.Spurious, Is.LessThanOrEqualTo(outcome.Packets));

            // The sender's next packet confirms the ACK, most of the time.
            if (random.Next(4) > 0)
            {
                Deliver(() => _tracker.OnAckAcked(largest));
            }
        }

        private void Deliver(Action arrival)
        {
            int copies = random.NextDouble() < loss ? 0 : random.NextDouble() < 0.02 ? 2 : 1;
            for (int i = 0; i < copies; i++)
            {
                TimeSpan delay = TimeSpan.FromMilliseconds(20 + (random.NextDouble() * spreadMs));
                _events.Enqueue(arrival, ((_now + delay).Ticks, _order++));
            }
        }
    }
}
