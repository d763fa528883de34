using System.Runtime.InteropServices;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Recovery;

/// <summary>
/// The sending side of one path: which packets are on their way, which are lost, when to ask, and how much may be sent
/// (RFC 9002). It tells an <see cref="IFrameFate"/> what became of frames; that one must not call back into it.
/// </summary>
/// <remarks>
/// <para>
/// Every frame of a packet that asks for an acknowledgement is reported acknowledged or lost at least once, acknowledged
/// at most once, and lost at most once. It may be reported acknowledged after it was reported lost. Packets that do not
/// ask (ACKs alone) are remembered only as long as an ACK may plausibly name them, and never reported lost.
/// </para>
/// <para>
/// Packets that ask for an acknowledgement without being in flight (DATAGRAMs of a relay link, whose inner session has
/// the congestion control) are acknowledged, held lost and waited for like all others, but count nothing against the
/// window and never shrink it.
/// </para>
/// </remarks>
internal sealed class LossRecovery(
    RttEstimator rtt, ICongestionController congestion, TimeSpan peerMaxAckDelay, SentPacketPool pool)
{
    /// <summary>
    /// The longest wait between two probes, whatever the backoff: the least upper bound that RFC 6298 section 2.5 allows.
    /// A session gives a path up long before; on one that stays it must not take hours to notice that it works again.
    /// </summary>
    public static readonly TimeSpan MaxProbeTimeout = TimeSpan.FromSeconds(60);

    /// <summary>RFC 9002 section 6.1.1: kPacketThreshold.</summary>
    private const int InitialPacketThreshold = 3;

    /// <summary>
    /// A path that reorders raises the threshold this far (RFC 9002 section 6.1.1 allows it, RFC 4653 shows why): one
    /// batch of a segmenting sender. Beyond that the time threshold decides alone.
    /// </summary>
    private const int MaxPacketThreshold = 64;

    /// <summary>How long a lost packet is remembered, in probe timeouts: by then an ACK on its way has come.</summary>
    private const int LostMemory = 2;

    private readonly PacketLedger _ledger = new(pool);
    private readonly Pacer _pacer = new(rtt, congestion);
    private LossRun _lossRun;
    private ulong? _largestAcked;
    private ulong? _skipped;
    private Instant _lastAckElicitingAt;
    private Instant? _lossTime;
    private Instant? _firstSampleAt;
    private Instant? _addressChangedAt;
    private int _packetThreshold = InitialPacketThreshold;

    /// <summary>The number that the next packet takes.</summary>
    public ulong NextPacketNumber { get; private set; }

    /// <summary>Bytes of <see cref="NextPacketNumber"/> to send, 1 to 4, so that the peer can tell it (RFC 9000 appendix A.2).</summary>
    public int PacketNumberLength
    {
        get
        {
            ulong unacked = _largestAcked is { } largest ? NextPacketNumber - largest : NextPacketNumber + 1;
            return unacked switch { <= 1UL << 7 => 1, <= 1UL << 15 => 2, <= 1UL << 23 => 3, _ => 4 };
        }
    }

    public int BytesInFlight => _ledger.BytesInFlight;

    /// <summary>Whether any packet waits for an acknowledgement, those outside congestion control included.</summary>
    public bool HasAckElicitingInFlight => _ledger.AckEliciting > 0;

    /// <summary>Probe timeouts since the last acknowledgement.</summary>
    public int PtoCount { get; private set; }

    /// <summary>The probe timeout without backoff.</summary>
    public TimeSpan ProbeTimeout => rtt.ProbeTimeout(peerMaxAckDelay);

    /// <summary>
    /// When <see cref="OnTimeout"/> is to be called: to look for losses, or to probe (RFC 9002 sections 6.1.2 and 6.2.1).
    /// Null while nothing waits for an acknowledgement.
    /// </summary>
    public Instant? Deadline => _lossTime ?? (_ledger.AckEliciting > 0 ? _lastAckElicitingAt + BackedOffTimeout : null);

    private TimeSpan BackedOffTimeout
    {
        get
        {
            // 60 s are less than a granule of 1 ms doubled 16 times, so a greater shift changes nothing.
            TimeSpan once = ProbeTimeout;
            TimeSpan backedOff = once * (1 << Math.Min(PtoCount, 16));
            TimeSpan cap = once > MaxProbeTimeout ? once : MaxProbeTimeout;
            return backedOff < cap ? backedOff : cap;
        }
    }

    /// <summary>Whether the congestion window and the pacer let <paramref name="bytes"/> go now. Probes need not ask.</summary>
    public bool CanSend(Instant now, int bytes) => FitsWindow(bytes) && PacedUntil(now, bytes) is null;

    /// <summary>Whether the congestion window has room for <paramref name="bytes"/>.</summary>
    public bool FitsWindow(int bytes) => BytesInFlight + bytes <= congestion.Window;

    /// <summary>When the pacer lets <paramref name="bytes"/> go; null when now.</summary>
    public Instant? PacedUntil(Instant now, int bytes) => _pacer.BlockedUntil(now, bytes);

    /// <summary>
    /// Leaves a number out, now and then at random moments: a peer that acknowledges it is acknowledging what it has not
    /// received, to make us send faster (RFC 9000 section 21.4).
    /// </summary>
    public void SkipPacketNumber() => _skipped = NextPacketNumber++;

    /// <summary>Takes over a packet that was sent now. Its number, size, flags and frames are filled in.</summary>
    public void OnSent(Instant now, SentPacket packet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packet.Number, NextPacketNumber);
        NextPacketNumber = packet.Number + 1;
        packet.SentAt = now;
        _ledger.Add(packet);
        if (packet.AckEliciting)
        {
            _lastAckElicitingAt = now;
        }

        if (packet.InFlight)
        {
            congestion.OnSent(now, packet.Size, BytesInFlight);
            _pacer.OnSent(now, packet.Size);
        }
    }

    /// <summary>Takes an ACK frame for this path.</summary>
    /// <param name="now">The time.</param>
    /// <param name="ack">The frame.</param>
    /// <param name="pathId">This path, as <paramref name="fate"/> knows it.</param>
    /// <param name="fate">Hears what became of frames.</param>
    /// <param name="sampleRtt">Whether the ACK came on this path, so that its time measures this path alone.</param>
    /// <param name="outcome">What changed.</param>
    /// <returns>False when it acknowledges what was never sent, a protocol violation.</returns>
    public bool TryOnAck(Instant now, in AckFrame ack, uint pathId, IFrameFate fate, bool sampleRtt, out AckOutcome outcome)
    {
        outcome = default;
        Span<NumberRange> buffer = stackalloc NumberRange[AckFrame.MaxRanges];
        ReadOnlySpan<NumberRange> ranges = Ascending(ack, buffer);
        if (ack.Largest >= NextPacketNumber || (_skipped is { } skipped && Covers(ranges, skipped)))
        {
            return false;
        }

        ulong? priorLargest = _largestAcked;
        _largestAcked = Math.Max(priorLargest ?? 0, ack.Largest);
        _ledger.TakeAcked(ranges);
        if (_ledger.FirstAcked is null)
        {
            return true;
        }

        // The order of RFC 9002 appendix A.7: measure, find losses, then let the window grow by what speaks for it.
        PtoCount = 0;
        outcome = Summarize(priorLargest);
        bool sampled = sampleRtt && outcome.AckEliciting && outcome.Largest == ack.Largest
            && TrySample(now, outcome.LargestSentAt, ack.Delay);
        outcome = outcome with { RttSampled = sampled, Lost = DetectLost(now, pathId, fate) };
        ReportAcked(now, pathId, fate);
        return true;
    }

    /// <summary>Does what is due by now; call it at <see cref="Deadline"/>.</summary>
    public TimeoutKind OnTimeout(Instant now, uint pathId, IFrameFate fate)
    {
        if (!(Deadline <= now))
        {
            return TimeoutKind.None;
        }

        if (_lossTime is not null)
        {
            DetectLost(now, pathId, fate);
            return TimeoutKind.Loss;
        }

        PtoCount++;
        return TimeoutKind.ProbeTimeout;
    }

    /// <summary>
    /// Adds the frames worth sending again of the oldest packets that wait for an acknowledgement, up to
    /// <paramref name="maxBytes"/> of packets but at least one packet, so that they can go on another path too. Nothing
    /// is held lost; whichever copy is acknowledged first counts. Returns how many packets they came from.
    /// </summary>
    public int CollectOldest(int maxBytes, List<SentFrame> frames)
    {
        int packets = 0;
        for (SentPacket? packet = _ledger.Oldest; packet is not null; packet = packet.Next)
        {
            if (!packet.AckEliciting)
            {
                continue;
            }

            if (packets > 0 && packet.Size > maxBytes)
            {
                break;
            }

            packets++;
            maxBytes -= packet.Size;
            foreach (SentFrame frame in packet.Frames)
            {
                if (frame.Kind is not (SentFrameKind.Ephemeral or SentFrameKind.Ack))
                {
                    frames.Add(frame);
                }
            }
        }

        return packets;
    }

    /// <summary>
    /// Gives everything unacknowledged up, because the path has failed or is abandoned: it is reported lost once and
    /// nothing remains in flight. ACKs that come yet are still understood.
    /// </summary>
    public void ForgetAll(Instant now, uint pathId, IFrameFate fate)
    {
        while (_ledger.LoseOldest(now) is { } packet)
        {
            ReportLost(packet, pathId, fate);
        }

        _lossTime = null;
        PtoCount = 0;
    }

    /// <summary>
    /// The path leads to another address now (RFC 9000 section 9.4): round-trip time, window and pace start anew. Packet
    /// numbers and what is in flight remain.
    /// </summary>
    /// <param name="now">The time; what was sent before is no evidence about the new address.</param>
    /// <param name="initialRtt">What the validation of the new address took.</param>
    public void OnAddressChanged(Instant now, TimeSpan? initialRtt = null)
    {
        rtt.Reset(initialRtt);
        congestion.Reset(now);
        _pacer.Reset();
        _lossRun.Reset();
        _firstSampleAt = null;
        _addressChangedAt = now;
        _packetThreshold = InitialPacketThreshold;
        PtoCount = 0;
    }

    /// <summary>Returns all packets to the pool without a word, because the path or session is gone for good.</summary>
    public void Release()
    {
        _ledger.Release();
        _lossTime = null;
    }

    private static ReadOnlySpan<NumberRange> Ascending(in AckFrame ack, Span<NumberRange> buffer)
    {
        int start = buffer.Length;
        foreach ((ulong first, ulong last) in ack)
        {
            buffer[--start] = new NumberRange(first, last);
        }

        return buffer[start..];
    }

    private static bool Covers(ReadOnlySpan<NumberRange> ranges, ulong number)
    {
        foreach (NumberRange range in ranges)
        {
            if (range.First <= number && number <= range.Last)
            {
                return true;
            }
        }

        return false;
    }

    private static void ReportLost(SentPacket packet, uint pathId, IFrameFate fate)
    {
        foreach (ref readonly SentFrame frame in CollectionsMarshal.AsSpan(packet.Frames))
        {
            fate.OnFrameLost(pathId, frame);
        }
    }

    private void ReportAcked(Instant now, uint pathId, IFrameFate fate)
    {
        while (_ledger.TryTakeAcked(out SentPacket? packet))
        {
            if (packet.InFlight && packet.LostAt is null)
            {
                congestion.OnAcked(now, packet.Size, packet.SentAt, rtt);
            }

            foreach (ref readonly SentFrame frame in CollectionsMarshal.AsSpan(packet.Frames))
            {
                fate.OnFrameAcked(pathId, frame);
            }

            pool.Return(packet);
        }
    }

    private AckOutcome Summarize(ulong? priorLargest)
    {
        AckOutcome sum = default;
        for (SentPacket? packet = _ledger.FirstAcked; packet is not null; packet = packet.Next)
        {
            bool largest = sum.Packets == 0 || packet.Number > sum.Largest;
            sum = new AckOutcome(
                sum.Packets + 1,
                sum.Bytes + packet.Size,
                largest ? packet.Number : sum.Largest,
                largest ? packet.SentAt : sum.LargestSentAt,
                sum.AckEliciting || packet.AckEliciting,
                RttSampled: false,
                Lost: 0,
                sum.Spurious + (packet.LostAt is null ? 0 : 1));
            if (packet.LostAt is not null)
            {
                OnSpuriousLoss(packet, priorLargest);
            }
        }

        return sum;
    }

    /// <summary>The path reorders more than was allowed for: allow for as much as was seen.</summary>
    private void OnSpuriousLoss(SentPacket packet, ulong? priorLargest)
    {
        _lossRun.Reset();
        if (priorLargest > packet.Number)
        {
            int seen = (int)Math.Min(priorLargest.Value - packet.Number + 1, MaxPacketThreshold);
            _packetThreshold = Math.Max(_packetThreshold, seen);
        }
    }

    /// <summary>RFC 9002 section 5.1: the time since the largest number acknowledged was sent, which is newly acknowledged.</summary>
    private bool TrySample(Instant now, Instant sentAt, TimeSpan delay)
    {
        if (sentAt < _addressChangedAt)
        {
            return false;
        }

        rtt.Update(now - sentAt, delay, peerMaxAckDelay);
        _firstSampleAt ??= now;
        return true;
    }

    /// <summary>RFC 9002 section 6.1: sent before one that was acknowledged, by a number of packets or by a time.</summary>
    private int DetectLost(Instant now, uint pathId, IFrameFate fate)
    {
        _lossTime = null;
        TimeSpan delay = rtt.LossDelay;
        int packets = 0, bytes = 0;
        bool persistent = false;
        Instant? latest = null;
        while (_ledger.Oldest is { } packet && packet.Number < _largestAcked)
        {
            Instant lossTime = packet.SentAt + delay;
            if (lossTime > now && _largestAcked - packet.Number < (ulong)_packetThreshold)
            {
                _lossTime = lossTime;
                break;
            }

            packets++;
            persistent |= _lossRun.Extend(packet, _firstSampleAt, ProbeTimeout);
            if (packet.InFlight && !packet.IsMtuProbe)
            {
                bytes += packet.Size;
                latest = packet.SentAt;
            }

            _ledger.LoseOldest(now);
            ReportLost(packet, pathId, fate);
        }

        if (latest is { } sentAt)
        {
            congestion.OnLost(now, bytes, sentAt);
        }

        if (persistent)
        {
            congestion.OnPersistentCongestion(now);
            _lossRun.Reset();
        }

        _ledger.ForgetLost(now - (LostMemory * ProbeTimeout));
        return packets;
    }
}
