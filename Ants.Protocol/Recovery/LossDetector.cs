namespace Ants.Protocol.Recovery;

/// <summary>
/// Tells which packets of a path are lost: those sent before one that was acknowledged, by a number of packets or by a
/// time (RFC 9002 section 6.1).
/// </summary>
internal sealed class LossDetector(PacketLedger ledger, RttEstimator rtt, TimeSpan peerMaxAckDelay, PathMtu mtu)
{
    /// <summary>RFC 9002 section 6.1.1: kPacketThreshold.</summary>
    private const int InitialPacketThreshold = 3;

    /// <summary>
    /// A path that reorders raises the threshold this far (RFC 9002 section 6.1.1 allows it, RFC 4653 shows why): one
    /// batch of a segmenting sender. Beyond that the time threshold decides alone.
    /// </summary>
    private const int MaxPacketThreshold = 64;

    /// <summary>How long a lost packet is remembered, in probe timeouts: by then an ACK on its way has come.</summary>
    private const int LostMemory = 2;

    private LossRun _run;
    private Instant? _firstSampleAt;
    private int _packetThreshold = InitialPacketThreshold;

    /// <summary>When the oldest outstanding packet becomes lost by time; null while none is overtaken.</summary>
    public Instant? LossTime { get; private set; }

    /// <summary>The largest number that the peer acknowledged.</summary>
    public ulong? LargestAcked { get; private set; }

    /// <summary>Notes a measurement of the round trip: before the first, no loss proves persistent congestion.</summary>
    public void OnSample(Instant now) => _firstSampleAt ??= now;

    /// <summary>
    /// Takes what an ACK newly acknowledged, as the ledger has set it aside. A packet among it that was held lost shows
    /// that the path reorders more than was allowed for, so that much is allowed from now on.
    /// </summary>
    public void OnAck(ulong largest)
    {
        for (SentPacket? packet = ledger.FirstAcked; packet is not null; packet = packet.Next)
        {
            if (packet.LostAt is null)
            {
                continue;
            }

            _run.Reset();
            if (LargestAcked > packet.Number)
            {
                int seen = (int)Math.Min(LargestAcked.Value - packet.Number + 1, MaxPacketThreshold);
                _packetThreshold = Math.Max(_packetThreshold, seen);
            }
        }

        LargestAcked = Math.Max(LargestAcked ?? 0, largest);
    }

    /// <summary>Holds lost and reports what is lost by now, and sets <see cref="LossTime"/> anew.</summary>
    public Losses Detect(Instant now, uint pathId, IFrameFate fate)
    {
        LossTime = null;
        TimeSpan delay = rtt.LossDelay;
        TimeSpan probeTimeout = rtt.ProbeTimeout(peerMaxAckDelay);
        Losses losses = default;
        while (ledger.Oldest is { } packet && packet.Number < LargestAcked)
        {
            Instant lossTime = packet.SentAt + delay;
            if (lossTime > now && LargestAcked - packet.Number < (ulong)_packetThreshold)
            {
                LossTime = lossTime;
                break;
            }

            bool persistent = losses.Persistent | _run.Extend(packet, _firstSampleAt, probeTimeout);
            bool congestion = packet.InFlight && !packet.IsMtuProbe;
            losses = new Losses(
                losses.Packets + 1,
                losses.CongestionBytes + (congestion ? packet.Size : 0),
                congestion ? packet.SentAt : losses.LatestSentAt,
                persistent);
            ledger.LoseOldest(now);
            mtu.OnLost(now, packet);
            Report(packet, pathId, fate);
        }

        if (losses.Persistent)
        {
            _run.Reset();
        }

        ledger.ForgetLost(now - (LostMemory * probeTimeout));
        return losses;
    }

    /// <summary>Holds everything lost.</summary>
    public void LoseAll(Instant now, uint pathId, IFrameFate fate)
    {
        while (ledger.LoseOldest(now) is { } packet)
        {
            Report(packet, pathId, fate);
        }

        LossTime = null;
    }

    /// <summary>Starts anew, as on another path, but for what is outstanding.</summary>
    public void Reset()
    {
        _run.Reset();
        _firstSampleAt = null;
        _packetThreshold = InitialPacketThreshold;
    }

    private static void Report(SentPacket packet, uint pathId, IFrameFate fate)
    {
        fate.OnPacketLost(pathId, packet);
        foreach (ref readonly SentFrame frame in packet.All)
        {
            fate.OnFrameLost(pathId, frame);
        }
    }
}
