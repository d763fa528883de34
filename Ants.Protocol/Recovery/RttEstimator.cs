namespace Ants.Protocol.Recovery;

/// <summary>The round-trip time of one path (RFC 9002 section 5).</summary>
internal sealed class RttEstimator
{
    /// <summary>RFC 9002 section 6.2.2: what to expect of a path of which nothing is known.</summary>
    public static readonly TimeSpan DefaultInitial = TimeSpan.FromMilliseconds(333);

    /// <summary>RFC 9002 section 6.1.2: kGranularity. Drivers' timers are no finer than a millisecond.</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    /// <param name="initial">
    /// What is known of the path already: the time from a PATH_CHALLENGE or handshake message to its answer. As RFC 9002
    /// section 6.2.2 asks, it stands in for a sample without being one.
    /// </param>
    public RttEstimator(TimeSpan? initial = null) => Reset(initial);

    /// <summary>The latest sample.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>The least sample, never corrected by what the peer says of its delay (section 5.2).</summary>
    public TimeSpan Min { get; private set; }

    public TimeSpan Smoothed { get; private set; }

    public TimeSpan Variance { get; private set; }

    /// <summary>Whether anything was measured; until then the values are the initial guess.</summary>
    public bool HasSample { get; private set; }

    /// <summary>Starts anew, as on a path whose address has changed (RFC 9000 section 9.4).</summary>
    public void Reset(TimeSpan? initial = null)
    {
        HasSample = false;
        Smoothed = initial is { } known && known > TimeSpan.Zero ? known : DefaultInitial;
        Variance = Smoothed / 2;
        Latest = Min = Smoothed;
    }

    /// <summary>
    /// What a handshake or a challenge took, while there is no sample: much nearer to the truth than the default, on which
    /// a first probe timeout would take a second. Zero tells nothing.
    /// </summary>
    public void LearnInitial(TimeSpan roundTrip)
    {
        if (!HasSample && roundTrip > TimeSpan.Zero && roundTrip < Smoothed)
        {
            Reset(roundTrip);
        }
    }

    /// <summary>Takes a sample (RFC 9002 section 5.3 and appendix A.7).</summary>
    /// <param name="latest">From sending the largest packet newly acknowledged until its ACK came.</param>
    /// <param name="ackDelay">How long the peer says it held that ACK back.</param>
    /// <param name="maxAckDelay">The longest that the peer promised to hold one back.</param>
    public void Update(TimeSpan latest, TimeSpan ackDelay, TimeSpan maxAckDelay)
    {
        Latest = Max(latest, TimeSpan.Zero);
        if (!HasSample)
        {
            HasSample = true;
            Min = Smoothed = Latest;
            Variance = Latest / 2;
            return;
        }

        Min = Latest < Min ? Latest : Min;

        // The delay is subtracted only when the result stays plausible, and no more than was promised.
        ackDelay = ackDelay < maxAckDelay ? ackDelay : maxAckDelay;
        TimeSpan adjusted = Latest >= Min + ackDelay ? Latest - ackDelay : Latest;

        // The variance comes first, from the old mean (appendix A.7 and RFC 6298 section 2.3;
        // section 5.3 lists the two the other way round).
        Variance = ((3 * Variance) + (Smoothed - adjusted).Duration()) / 4;
        Smoothed = ((7 * Smoothed) + adjusted) / 8;
    }

    /// <summary>Holds the latest sample for the least (RFC 9002 section 5.2).</summary>
    public void ForgetMin() => Min = Latest;

    /// <summary>RFC 9002 section 6.2.1: how long to wait for an acknowledgement before asking for one.</summary>
    public TimeSpan ProbeTimeout(TimeSpan maxAckDelay) => Smoothed + Max(4 * Variance, Granularity) + maxAckDelay;

    /// <summary>
    /// RFC 9002 section 6.1.2: how much later than a packet sent after it an acknowledgement may be. 9/8 tolerates
    /// reordering by an eighth of a round trip.
    /// </summary>
    public TimeSpan LossDelay => Max(Max(Latest, Smoothed) * 9 / 8, Granularity);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
