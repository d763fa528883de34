using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// 64 packets that are sent (noted in loss recovery), and the ACK of them that comes back: in one range, in 32 because every second packet is late, or with
/// one packet in 16 lost for good. And the other side: 64 packets that come, and the ACK frame that tells of them.
/// </summary>
public class Acknowledgements
{
    private const int Packets = 64;
    private const int PacketSize = 1428;
    private const uint PathId = 7;

    // Every 16th: four times what a bad wireless link loses, so that the cost shows.
    private const int LostEvery = 16;

    private static readonly TimeSpan s_roundTrip = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _buffer = new byte[AckFrame.MaxLength(AckFrame.MaxRanges)];
    private readonly SentPacketPool _pool = new();
    private readonly Silent _fate = new();
    private LossRecovery _recovery = null!;
    private AckTracker _tracker = null!;
    private Instant _now;
    private ulong _received;

    [GlobalSetup]
    public void Setup()
    {
        _now = new Instant(TimeSpan.TicksPerSecond);
        _tracker = new AckTracker();
        _recovery = new LossRecovery(new RttEstimator(), new Cubic(PacketSize), AckTracker.MaxAckDelay, _pool, new PathMtu(PacketSize, limit: PacketSize));
    }

    [Benchmark]
    public void OneRange()
    {
        ulong first = SendAll();
        Take(first, first + Packets - 1, ranges: 1, step: 1);
    }

    [Benchmark]
    public void ManyRanges()
    {
        ulong first = SendAll();

        // The upper halves of pairs, and at once, before time makes the others lost, the lower halves.
        Take(first + 1, first + Packets - 1, Packets / 2, step: 2, wait: false);
        Take(first, first + Packets - 1, ranges: 1, step: 1);
    }

    [Benchmark]
    public void Loss()
    {
        ulong first = SendAll();
        Take(first + 1, first + Packets - 1, Packets / LostEvery, LostEvery);
    }

    [Benchmark]
    public int ReceiveInOrder() => Receive(skipEvery: int.MaxValue);

    [Benchmark]
    public int ReceiveWithGaps() => Receive(skipEvery: LostEvery);

    private ulong SendAll()
    {
        ulong first = _recovery.NextPacketNumber;
        for (int i = 0; i < Packets; i++)
        {
            SentPacket packet = _pool.Rent(_now);
            packet.Number = _recovery.NextPacketNumber;
            packet.Size = PacketSize;
            packet.AckEliciting = packet.InFlight = true;
            packet.Add(new SentFrame(SentFrameKind.StreamData, 1, packet.Number * PacketSize, PacketSize));
            _recovery.OnSent(_now, packet);
        }

        return first;
    }

    /// <summary>An ACK from the largest number down, each <paramref name="step"/>th left out (with step 1: none).</summary>
    private void Take(ulong first, ulong largest, int ranges, int step, bool wait = true)
    {
        _now += wait ? s_roundTrip : TimeSpan.Zero;
        ulong length = step == 1 ? largest - first : (ulong)step - 2;
        WireWriter writer = new(_buffer);
        writer.WriteVarInt(PathId);
        writer.WriteVarInt(largest);
        writer.WriteVarInt(0);
        writer.WriteVarInt((ulong)ranges - 1);
        writer.WriteVarInt(length);
        for (int i = 1; i < ranges; i++)
        {
            // One number is missing between two ranges: gap 0.
            writer.WriteVarInt(0);
            writer.WriteVarInt(length);
        }

        WireReader reader = new(writer.Span);
        if (!AckFrame.TryRead(ref reader, out AckFrame ack) || !_recovery.TryOnAck(_now, ack, PathId, _fate, sampleRtt: true, out _))
        {
            throw new InvalidOperationException("The ACK is not taken.");
        }
    }

    private int Receive(int skipEvery)
    {
        for (int i = 1; i <= Packets; i++, _received++)
        {
            if (i % skipEvery != 0)
            {
                _tracker.OnReceived(_now, _received, ackEliciting: true);
            }
        }

        WireWriter writer = new(_buffer);
        _tracker.TryWrite(_now, PathId, ref writer, out SentFrame note);
        _tracker.OnAckAcked(note.Offset);
        return writer.Written;
    }

    private sealed class Silent : IFrameFate
    {
        public void OnFrameAcked(uint pathId, in SentFrame frame)
        {
        }

        public void OnFrameLost(uint pathId, in SentFrame frame)
        {
        }
    }
}
