using Ants.Protocol.Wire;

namespace Ants.Protocol.Recovery;

/// <summary>
/// The receiving side of one path: which packets came, and when to say so (RFC 9000 section 13.2). The owner sends an
/// ACK when <see cref="IsAckDue"/>, and adds one to any packet that it sends anyway while there is
/// <see cref="HasUnsent"/>. It must not send a packet for <see cref="HasUnsent"/> alone: two ends would then answer each
/// other's ACKs for ever.
/// </summary>
/// <remarks>Replay is refused before a packet comes here, so a number is given at most once.</remarks>
internal sealed class AckTracker
{
    /// <summary>The max_ack_delay that we promise (RFC 9000 section 18.2 has the same default).</summary>
    public static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(25);

    /// <summary>How long an ACK waits for company: the promise less the lateness of a driver's timer.</summary>
    public static readonly TimeSpan Delay = MaxAckDelay - RttEstimator.Granularity;

    /// <summary>
    /// An end that only receives never hears that its ACKs arrived and repeats old ranges in each. From this many on, now
    /// and then, a PING makes the peer say so (RFC 9000 section 13.2.4). Fewer cost less than 40 bytes.
    /// </summary>
    private const int ManyRanges = 10;

    /// <summary>One PING in this many ACKs: rare enough not to start a loop of mutual acknowledgement.</summary>
    private const int AcksPerPing = 16;

    private readonly RangeSet _received = new(AckFrame.MaxRanges);
    private ulong? _largestAckEliciting;
    private ulong _lowestUnsent = ulong.MaxValue;
    private Instant _largestReceivedAt;
    private int _ackElicitingUnsent;
    private int _written;

    /// <summary>The largest number that came.</summary>
    public ulong? Largest { get; private set; }

    /// <summary>When an ACK has to be sent; null while none has to.</summary>
    public Instant? Deadline { get; private set; }

    /// <summary>How often the peer wants to hear.</summary>
    public AckRate Rate { get; set; } = AckRate.Usual;

    /// <summary>Whether something is new to acknowledge, so that an ACK is worth its bytes in a packet sent anyway.</summary>
    public bool HasUnsent { get; private set; }

    /// <summary>Whether the packet that takes the ACK just written should hold a PING, so that old ranges can be forgotten.</summary>
    public bool WantsPing => _received.Count >= ManyRanges && _written > 0 && _written % AcksPerPing == 0;

    public bool IsAckDue(Instant now) => Deadline <= now;

    /// <summary>Notes a packet that was authenticated and is no replay.</summary>
    public void OnReceived(Instant now, ulong packetNumber, bool ackEliciting)
    {
        _received.Add(packetNumber, packetNumber);
        _lowestUnsent = Math.Min(_lowestUnsent, packetNumber);
        HasUnsent = true;
        if (Largest is null || packetNumber > Largest)
        {
            Largest = packetNumber;
            _largestReceivedAt = now;
        }

        if (ackEliciting)
        {
            _ackElicitingUnsent++;
            bool atOnce = _ackElicitingUnsent >= Rate.Packets || IsOutOfOrder(packetNumber);
            Deadline = atOnce ? now : Deadline ?? now + Rate.Delay;
            _largestAckEliciting = Math.Max(_largestAckEliciting ?? 0, packetNumber);
        }
    }

    /// <summary>The newest generation of keys under which a packet of the path has come.</summary>
    public uint KeyGeneration { get; set; }

    /// <summary>
    /// Writes an ACK frame with as many ranges as fit, the highest first. False, and nothing written, when not even one
    /// fits or nothing is left to acknowledge.
    /// </summary>
    public bool TryWrite(Instant now, uint pathId, ref WireWriter writer, out SentFrame note)
    {
        note = default;
        if (_received.IsEmpty)
        {
            HasUnsent = false;
            Deadline = null;
            return false;
        }

        NumberRange top = _received[^1];
        ulong delay = top.Last == Largest ? (ulong)Math.Max(0, (now - _largestReceivedAt).Ticks / TimeSpan.TicksPerMicrosecond) : 0;
        int ranges = CountFitting(writer.Remaining - HeaderLength(pathId, top, delay));
        if (ranges == 0)
        {
            return false;
        }

        writer.WriteVarInt((ulong)FrameType.Ack);
        writer.WriteVarInt(pathId);
        writer.WriteVarInt(top.Last);
        writer.WriteVarInt(delay);
        writer.WriteVarInt((ulong)(ranges - 1));
        writer.WriteVarInt(top.Length - 1);
        for (int i = 2; i <= ranges; i++)
        {
            writer.WriteVarInt(Gap(_received[^i], _received[^(i - 1)]));
            writer.WriteVarInt(_received[^i].Length - 1);
        }

        _written++;
        _ackElicitingUnsent = 0;
        _lowestUnsent = ulong.MaxValue;
        HasUnsent = false;
        Deadline = null;
        note = new SentFrame(SentFrameKind.Ack, pathId, top.Last);
        return true;
    }

    /// <summary>
    /// Forgets what the peer knows that we know, since an ACK that told of <paramref name="largestAcked"/> has arrived
    /// (RFC 9000 section 13.2.4). What came late and has not been told yet is kept.
    /// </summary>
    public void OnAckAcked(ulong largestAcked)
    {
        _received.RemoveBelow(Math.Min(largestAcked + 1, _lowestUnsent));
        _written = 0;
    }

    /// <summary>Makes all that is remembered due again: duplicates show that our ACKs do not arrive.</summary>
    public void Restate(Instant now)
    {
        if (!_received.IsEmpty)
        {
            HasUnsent = true;
            Deadline = now;
        }
    }

    /// <summary>
    /// RFC 9000 section 13.2.1: below another packet that asked for an acknowledgement, or above it with a hole between.
    /// The first such packet of a path counts too, so that the peer learns the round-trip time without our delay in it.
    /// </summary>
    private bool IsOutOfOrder(ulong packetNumber) =>
        _largestAckEliciting is not { } largest || packetNumber < largest || _received[^1].First > largest + 1;

    private int CountFitting(int room)
    {
        if (room < 0)
        {
            return 0;
        }

        int ranges = 1;
        while (ranges < _received.Count)
        {
            NumberRange range = _received[^(ranges + 1)];
            room -= VarInt.Length(Gap(range, _received[^ranges])) + VarInt.Length(range.Length - 1);
            if (room < 0)
            {
                break;
            }

            ranges++;
        }

        return ranges;
    }

    /// <summary>Bytes up to and with the first range; the count of further ones, at most 63, takes one byte.</summary>
    private static int HeaderLength(uint pathId, NumberRange top, ulong delay) =>
        1 + VarInt.Length(pathId) + VarInt.Length(top.Last) + VarInt.Length(delay) + 1 + VarInt.Length(top.Length - 1);

    private static ulong Gap(NumberRange lower, NumberRange upper) => upper.First - lower.Last - 2;
}
