namespace Ants.Protocol.Recovery;

/// <summary>
/// Spreads a congestion window over a round trip (RFC 9002 section 7.7), as a bucket of bytes that fills at
/// 1.25 x window / smoothed round-trip time. Off, which is to say full, until a round trip has been measured: until then
/// the initial window is the burst that the RFC allows.
/// </summary>
internal sealed class Pacer(RttEstimator rtt, ICongestionController congestion)
{
    /// <summary>RFC 9002 section 7.7: N, a little above 1, so that variation in the round trip does not leave the window unused.</summary>
    private const double Gain = 1.25;

    /// <summary>RFC 9002 section 7.7: bursts up to the initial congestion window, ten packets, are harmless.</summary>
    private const int BurstPackets = 10;

    /// <summary>A driver's timer may be a millisecond late; two of them in the bucket keep the rate whole.</summary>
    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(2);

    /// <summary>On a fast path packets leave in one batch a millisecond, not each by its own wake-up.</summary>
    private static readonly TimeSpan s_leastWait = RttEstimator.Granularity;

    private double _tokens;
    private Instant? _filledAt;

    /// <summary>When <paramref name="bytes"/> may be sent; null when now.</summary>
    public Instant? BlockedUntil(Instant now, int bytes)
    {
        if (!rtt.HasSample)
        {
            return null;
        }

        Fill(now);
        if (_tokens >= bytes)
        {
            return null;
        }

        double missing = Math.Min(bytes, Capacity) - _tokens;
        if (missing <= 0)
        {
            return null;
        }

        TimeSpan wait = TimeSpan.FromTicks((long)Math.Ceiling(missing / BytesPerTick));
        return now + (wait > s_leastWait ? wait : s_leastWait);
    }

    /// <summary>Takes what was sent. Probes, which nothing may hold back, can leave a debt of at most one burst.</summary>
    public void OnSent(Instant now, int bytes)
    {
        if (rtt.HasSample)
        {
            Fill(now);
            _tokens -= bytes;
            if (_tokens < 0)
            {
                _tokens = Math.Max(_tokens, -Capacity);
            }
        }
    }

    public void Reset() => _filledAt = null;

    /// <summary>No round trip is shorter than a microsecond, whatever a coarse clock says.</summary>
    private double BytesPerTick => Gain * congestion.Window / Math.Max(rtt.Smoothed.Ticks, TimeSpan.TicksPerMicrosecond);

    private double Capacity => Math.Max(BurstPackets * congestion.MaxDatagramSize, BytesPerTick * s_burst.Ticks);

    private void Fill(Instant now)
    {
        if (_filledAt is not { } filledAt)
        {
            _tokens = Capacity;
        }
        else if (now > filledAt)
        {
            _tokens = Math.Min(Capacity, _tokens + ((now - filledAt).Ticks * BytesPerTick));
        }
        else
        {
            // Once a packet, and all of a batch have one time.
            return;
        }

        _filledAt = now;
    }
}
