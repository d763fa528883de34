namespace Ants.Protocol.Recovery;

/// <summary>
/// Recognises persistent congestion (RFC 9002 section 7.6): packets lost over longer than three probe timeouts with none
/// between them acknowledged.
/// </summary>
internal struct LossRun
{
    /// <summary>RFC 9002 section 7.6.1: kPersistentCongestionThreshold, as TCP's two timeouts and a tail loss probe.</summary>
    private const int ProbeTimeouts = 3;

    private Instant? _start;

    /// <summary>
    /// Takes the next lost packet, in ascending order, and tells whether the losses up to it are persistent congestion.
    /// </summary>
    /// <param name="packet">The packet.</param>
    /// <param name="firstSampleAt">When the round-trip time was first measured: earlier packets prove nothing.</param>
    /// <param name="probeTimeout">The present probe timeout, without backoff.</param>
    public bool Extend(SentPacket packet, Instant? firstSampleAt, TimeSpan probeTimeout)
    {
        if (packet.AckedBefore)
        {
            _start = null;
        }

        // Only packets that the peer had to acknowledge can begin or end the run, and only such as congestion may drop.
        if (!packet.AckEliciting || !packet.InFlight || packet.IsMtuProbe || !(packet.SentAt > firstSampleAt))
        {
            return false;
        }

        _start ??= packet.SentAt;
        return packet.SentAt - _start > ProbeTimeouts * probeTimeout;
    }

    public void Reset() => _start = null;
}
