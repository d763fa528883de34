using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

/// <summary>
/// A sending side on virtual time. Each packet holds one stream frame whose id is the packet's number, so that a report
/// names the packet.
/// </summary>
internal sealed class SenderBench
{
    public const uint Path = 7;
    public const int PacketSize = 1200;

    private readonly byte[] _buffer = new byte[AckFrame.MaxLength(AckFrame.MaxRanges)];

    public SenderBench()
    {
        Congestion = new NewReno(PacketSize);
        Recovery = new LossRecovery(Rtt, Congestion, AckTracker.MaxAckDelay, Pool, Mtu);
    }

    public Instant Now { get; private set; } = Instant.Zero + TimeSpan.FromSeconds(1);

    public RttEstimator Rtt { get; } = new();

    public PathMtu Mtu { get; } = new(PacketSize);

    public NewReno Congestion { get; }

    public SentPacketPool Pool { get; } = new();

    public RecordingFate Fate { get; } = new();

    public LossRecovery Recovery { get; }

    /// <summary>Milliseconds from now until the deadline.</summary>
    public double? DeadlineIn => (Recovery.Deadline - Now)?.TotalMilliseconds;

    public void Wait(double milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    public ulong Send(bool ackEliciting = true, bool inFlight = true, int size = PacketSize, bool mtuProbe = false)
    {
        SentPacket packet = Pool.Rent(Now);
        packet.Number = Recovery.NextPacketNumber;
        packet.Size = size;
        packet.AckEliciting = ackEliciting;
        packet.InFlight = inFlight;
        packet.IsMtuProbe = mtuProbe;
        packet.Add(ackEliciting
            ? new SentFrame(SentFrameKind.StreamData, packet.Number, 0, size)
            : new SentFrame(SentFrameKind.Ack, Path, packet.Number));
        Recovery.OnSent(Now, packet);
        return packet.Number;
    }

    public void SendMany(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Send();
        }
    }

    public AckOutcome Ack(params (ulong First, ulong Last)[] ranges)
    {
        Assert.That(TryAck(out AckOutcome outcome, ranges), Is.True, "The ACK is in order.");
        return outcome;
    }

    public bool TryAck(out AckOutcome outcome, params (ulong First, ulong Last)[] ranges) =>
        TryAck(TimeSpan.Zero, sampleRtt: true, out outcome, ranges);

    /// <summary>Takes an ACK of <paramref name="ranges"/>, the highest first, through the wire format.</summary>
    public bool TryAck(TimeSpan delay, bool sampleRtt, out AckOutcome outcome, params (ulong First, ulong Last)[] ranges)
    {
        WireWriter writer = new(_buffer);
        writer.WriteVarInt(Path);
        writer.WriteVarInt(ranges[0].Last);
        writer.WriteVarInt((ulong)(delay.Ticks / TimeSpan.TicksPerMicrosecond));
        writer.WriteVarInt((ulong)(ranges.Length - 1));
        writer.WriteVarInt(ranges[0].Last - ranges[0].First);
        for (int i = 1; i < ranges.Length; i++)
        {
            writer.WriteVarInt(ranges[i - 1].First - ranges[i].Last - 2);
            writer.WriteVarInt(ranges[i].Last - ranges[i].First);
        }

        WireReader reader = new(writer.Span);
        if (!AckFrame.TryRead(ref reader, out AckFrame frame))
        {
            throw new InvalidOperationException("The ACK cannot be read.");
        }

        return Recovery.TryOnAck(Now, frame, Path, Fate, sampleRtt, out outcome);
    }

    public TimeoutKind Timeout() => Recovery.OnTimeout(Now, Path, Fate);

    /// <summary>Goes to the deadline and does what is due.</summary>
    public TimeoutKind TimeoutAtDeadline()
    {
        Now = Recovery.Deadline ?? throw new InvalidOperationException("There is no deadline.");
        return Timeout();
    }

    /// <summary>One packet there and back in <paramref name="milliseconds"/>, so that the round trip is known.</summary>
    public void Measure(double milliseconds)
    {
        ulong number = Send();
        Wait(milliseconds);
        Ack((number, number));
        Fate.Acked.Clear();
    }
}
