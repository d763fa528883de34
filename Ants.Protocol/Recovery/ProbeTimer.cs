namespace Ants.Protocol.Recovery;

/// <summary>
/// When to ask a silent peer for an acknowledgement (RFC 9002 section 6.2), with exponential backoff.
/// </summary>
/// <remarks>
/// The wait counts from the oldest packet that is not acknowledged, or the last acknowledgement or probe if that is
/// later, as TCP's does (RFC 6298 section 5). RFC 9002 section 6.2.1 restarts it with each packet sent: an application that
/// sends little but often would then not notice a dead path before its window is full, seconds later, and one that sends
/// DATAGRAMs outside congestion control would never notice. One path of several must be found dead sooner.
/// </remarks>
internal struct ProbeTimer(RttEstimator rtt, TimeSpan peerMaxAckDelay)
{
    /// <summary>
    /// The longest wait between two probes, whatever the backoff. RFC 6298 section 2.5 would allow no less than 60 s; but a
    /// session goes dormant after half a minute of silence, so that about a dozen probes go out at most, and a network
    /// that comes back is noticed within three seconds.
    /// </summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The shortest timeout, 1 ms, doubled 16 times is above the cap: more doubling changes nothing.</summary>
    private const int MaxDoublings = 16;

    private Instant _startedAt;

    /// <summary>How often it ran out since the last acknowledgement.</summary>
    public int Count { get; private set; }

    /// <summary>The timeout without backoff.</summary>
    public TimeSpan Timeout => rtt.ProbeTimeout(peerMaxAckDelay);

    private TimeSpan BackedOff
    {
        get
        {
            TimeSpan once = Timeout;
            TimeSpan backedOff = once * (1 << Math.Min(Count, MaxDoublings));
            TimeSpan cap = once > MaxTimeout ? once : MaxTimeout;
            return backedOff < cap ? backedOff : cap;
        }
    }

    /// <summary>When it runs out, while a packet sent at <paramref name="oldestSentAt"/> waits for an acknowledgement.</summary>
    public Instant Deadline(Instant oldestSentAt) => Instant.Max(oldestSentAt, _startedAt) + BackedOff;

    /// <summary>Something was newly acknowledged: the path works.</summary>
    public void OnAcked(Instant now)
    {
        _startedAt = now;
        Count = 0;
    }

    /// <summary>It ran out.</summary>
    public void OnExpired(Instant now)
    {
        _startedAt = now;
        Count++;
    }

    /// <summary>Forgets the backoff.</summary>
    public void Reset() => Count = 0;
}
