namespace Ants.Protocol.Recovery;

/// <summary>
/// Decides how many bytes one path may have in flight (RFC 9002 section 7). Loss recovery counts the bytes and tells of
/// what happens; packets outside congestion control are never mentioned.
/// </summary>
internal interface ICongestionController
{
    /// <summary>The most bytes in flight.</summary>
    int Window { get; }

    bool InSlowStart { get; }

    /// <summary>The size in which windows are counted. Set when the path's packet size changes.</summary>
    int MaxDatagramSize { get; set; }

    /// <summary>
    /// A packet was sent; <paramref name="bytesInFlight"/> counts it. The controller learns from it whether its window is used,
    /// since it must not grow one that is not (RFC 9002 section 7.8).
    /// </summary>
    void OnSent(Instant now, int bytes, int bytesInFlight);

    /// <summary>A packet in flight was acknowledged.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="rtt">The path's round-trip time, this ACK's sample included.</param>
    void OnAcked(Instant now, int bytes, Instant sentAt, RttEstimator rtt);

    /// <summary>Packets in flight were lost.</summary>
    /// <param name="now">The time.</param>
    /// <param name="bytes">Their size together.</param>
    /// <param name="sentAt">When the latest of them was sent.</param>
    void OnLost(Instant now, int bytes, Instant sentAt);

    /// <summary>RFC 9002 section 7.6: everything was lost for so long that nothing known of the path still holds.</summary>
    void OnPersistentCongestion(Instant now);

    /// <summary>Starts anew on a path whose address has changed (RFC 9000 section 9.4). What was sent before now is not evidence.</summary>
    void Reset(Instant now);
}
