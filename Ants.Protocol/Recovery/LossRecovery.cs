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
internal sealed class LossRecovery
{
    private readonly RttEstimator _rtt;
    private readonly ICongestionController _congestion;
    private readonly TimeSpan _peerMaxAckDelay;
    private readonly SentPacketPool _pool;
    private readonly PacketLedger _ledger;
    private readonly LossDetector _detector;
    private readonly Pacer _pacer;
    private readonly PathMtu _mtu;
    private ProbeTimer _probes;
    private ulong? _skipped;
    private Instant? _addressChangedAt;

    /// <param name="rtt">The path's round-trip time, kept up to date by this.</param>
    /// <param name="congestion">The path's congestion controller.</param>
    /// <param name="peerMaxAckDelay">How long the peer may hold an ACK back.</param>
    /// <param name="pool">Where sent packets go back to.</param>
    /// <param name="mtu">The path's packet size, which learns from the same packets.</param>
    public LossRecovery(RttEstimator rtt, ICongestionController congestion, TimeSpan peerMaxAckDelay, SentPacketPool pool, PathMtu mtu)
    {
        _mtu = mtu;
        _rtt = rtt;
        _congestion = congestion;
        _peerMaxAckDelay = peerMaxAckDelay;
        _pool = pool;
        _ledger = new PacketLedger(pool);
        _detector = new LossDetector(_ledger, rtt, peerMaxAckDelay, mtu);
        _probes = new ProbeTimer(rtt, peerMaxAckDelay);
        _pacer = new Pacer(rtt, congestion);
    }

    /// <summary>The number that the next packet takes.</summary>
    public ulong NextPacketNumber { get; private set; }

    /// <summary>Bytes of <see cref="NextPacketNumber"/> to send, 1 to 4, so that the peer can tell it (RFC 9000 appendix A.2).</summary>
    public int PacketNumberLength
    {
        get
        {
            ulong unacked = _detector.LargestAcked is { } largest ? NextPacketNumber - largest : NextPacketNumber + 1;
            return unacked switch { <= 1UL << 7 => 1, <= 1UL << 15 => 2, <= 1UL << 23 => 3, _ => 4 };
        }
    }

    /// <summary>The largest number that the peer acknowledged; null before the first.</summary>
    public ulong? LargestAcked => _detector.LargestAcked;

    public int BytesInFlight => _ledger.BytesInFlight;

    /// <summary>The most bytes in flight.</summary>
    public int CongestionWindow => _congestion.Window;

    /// <summary>Whether the window still doubles with each round trip.</summary>
    public bool InSlowStart => _congestion.InSlowStart;

    /// <summary>Whether any packet waits for an acknowledgement, those outside congestion control included.</summary>
    public bool HasAckElicitingInFlight => _ledger.AckEliciting > 0;

    /// <summary>Probe timeouts since the last acknowledgement.</summary>
    public int PtoCount => _probes.Count;

    /// <summary>The probe timeout without backoff.</summary>
    public TimeSpan ProbeTimeout => _probes.Timeout;

    /// <summary>
    /// When <see cref="OnTimeout"/> is to be called: to look for losses, or to probe (RFC 9002 sections 6.1.2 and 6.2.1).
    /// Null while nothing waits for an acknowledgement.
    /// </summary>
    public Instant? Deadline =>
        _detector.LossTime ?? (_ledger.OldestAckEliciting is { } oldest ? _probes.Deadline(oldest.SentAt) : null);

    /// <summary>Whether the congestion window and the pacer let <paramref name="bytes"/> go now. Probes need not ask.</summary>
    public bool CanSend(Instant now, int bytes) => FitsWindow(bytes) && PacedUntil(now, bytes) is null;

    /// <summary>Whether the congestion window has room for <paramref name="bytes"/>.</summary>
    public bool FitsWindow(int bytes) => BytesInFlight + bytes <= _congestion.Window;

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
        if (packet.InFlight)
        {
            _congestion.OnSent(now, packet.Size, BytesInFlight);
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
        ReadOnlySpan<NumberRange> ranges = AckedRanges.Ascending(ack, buffer);
        if (ack.Largest >= NextPacketNumber || AckedRanges.Cover(ranges, _skipped))
        {
            return false;
        }

        _ledger.TakeAcked(ranges);
        _detector.OnAck(ack.Largest);
        if (_ledger.FirstAcked is null)
        {
            return true;
        }

        // The order of RFC 9002 appendix A.7: measure, find losses, then let the window grow by what speaks for it.
        _probes.OnAcked(now);
        outcome = _ledger.SummarizeAcked();
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

        if (_detector.LossTime is not null)
        {
            DetectLost(now, pathId, fate);
            return TimeoutKind.Loss;
        }

        _probes.OnExpired(now);
        return TimeoutKind.ProbeTimeout;
    }

    /// <summary>
    /// Adds the frames worth sending again of the oldest packets that wait for an acknowledgement, up to
    /// <paramref name="maxBytes"/> of packets but at least one packet, so that they can go on another path too. Nothing
    /// is held lost; whichever copy is acknowledged first counts. Returns how many packets they came from.
    /// </summary>
    public int CollectOldest(int maxBytes, List<SentFrame> frames) => _ledger.CollectOldest(maxBytes, frames);

    /// <summary>
    /// Gives everything unacknowledged up, because the path has failed or is abandoned: it is reported lost once and
    /// nothing remains in flight. ACKs that come yet are still understood.
    /// </summary>
    public void ForgetAll(Instant now, uint pathId, IFrameFate fate)
    {
        _detector.LoseAll(now, pathId, fate);
        _probes.Reset();
    }

    /// <summary>
    /// The path leads to another address now (RFC 9000 section 9.4): round-trip time, window and pace start anew. Packet
    /// numbers and what is in flight remain.
    /// </summary>
    /// <param name="now">The time; what was sent before is no evidence about the new address.</param>
    /// <param name="initialRtt">What the validation of the new address took.</param>
    public void OnAddressChanged(Instant now, TimeSpan? initialRtt = null)
    {
        _rtt.Reset(initialRtt);
        _mtu.Reset();
        SetSize();
        _congestion.Reset(now);
        _pacer.Reset();
        _detector.Reset();
        _addressChangedAt = now;
        _probes.Reset();
    }

    /// <summary>Returns all packets to the pool without a word, because the path or session is gone for good.</summary>
    public void Release() => _ledger.Release();

    private void ReportAcked(Instant now, uint pathId, IFrameFate fate)
    {
        int bytes = 0;
        Instant sentAt = default;
        while (_ledger.TryTakeAcked(out SentPacket? packet))
        {
            _mtu.OnAcked(now, packet);
            if (packet.InFlight && packet.LostAt is null)
            {
                if (packet.SentAt != sentAt && bytes > 0)
                {
                    _congestion.OnAcked(now, bytes, sentAt, _rtt);
                    bytes = 0;
                }

                // What left in one batch says one thing to the window.
                sentAt = packet.SentAt;
                bytes += packet.Size;
            }

            foreach (ref readonly SentFrame frame in packet.All)
            {
                fate.OnFrameAcked(pathId, frame);
            }

            _pool.Return(packet);
        }

        if (bytes > 0)
        {
            _congestion.OnAcked(now, bytes, sentAt, _rtt);
        }

        SetSize();
    }

    private void SetSize()
    {
        if (_congestion.MaxDatagramSize != _mtu.Current)
        {
            _congestion.MaxDatagramSize = _mtu.Current;
        }
    }

    /// <summary>RFC 9002 section 5.1: the time since the largest number acknowledged was sent, which is newly acknowledged.</summary>
    private bool TrySample(Instant now, Instant sentAt, TimeSpan delay)
    {
        if (sentAt < _addressChangedAt)
        {
            return false;
        }

        _rtt.Update(now - sentAt, delay, _peerMaxAckDelay);
        _detector.OnSample(now);
        return true;
    }

    private int DetectLost(Instant now, uint pathId, IFrameFate fate)
    {
        Losses losses = _detector.Detect(now, pathId, fate);
        SetSize();
        if (losses.LatestSentAt is { } sentAt)
        {
            _congestion.OnLost(now, losses.CongestionBytes, sentAt);
        }

        if (losses.Persistent)
        {
            // RFC 9002 section 5.2: the path may have changed, so its least round trip may too.
            _rtt.ForgetMin();
            _congestion.OnPersistentCongestion(now);
        }

        return losses.Packets;
    }
}
