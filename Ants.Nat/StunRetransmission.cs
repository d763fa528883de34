namespace Ants.Nat;

/// <summary>When a STUN request is sent again, and when it is given up (RFC 8489 section 6.2.1).</summary>
/// <remarks>
/// With <see cref="Standard"/> a request goes out at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms and has failed at
/// 39500 ms.
/// </remarks>
public sealed record StunRetransmission
{
    // RFC 8489 section 6.2.1: "in fixed-line access links, a value of 500 ms is RECOMMENDED".
    private static readonly TimeSpan StandardInitial = TimeSpan.FromMilliseconds(500);

    // A server on the same LAN answers in under a millisecond, but its scheduler may not: below 20 ms a retransmission
    // says more about the server's load than about loss.
    private static readonly TimeSpan ShortestInitial = TimeSpan.FromMilliseconds(20);

    // Rc and Rm, both by RFC 8489 section 6.2.1.
    private const int StandardCount = 7;
    private const int StandardLastMultiple = 16;

    // The interval doubles with each request: 16 of them make a factor of 32768, beyond any use.
    private const int MostRequests = 16;

    private StunRetransmission(TimeSpan initialTimeout, int count, int lastMultiple)
    {
        InitialTimeout = initialTimeout;
        Count = count;
        LastMultiple = lastMultiple;
    }

    /// <summary>The timers of RFC 8489 for a server of which nothing is known.</summary>
    public static StunRetransmission Standard { get; } = new(StandardInitial, StandardCount, StandardLastMultiple);

    /// <summary>The time from the first request to the second (RTO).</summary>
    public TimeSpan InitialTimeout { get; }

    /// <summary>How many requests are sent in all (Rc).</summary>
    public int Count { get; }

    /// <summary>How many times <see cref="InitialTimeout"/> passes after the last request until it has failed (Rm).</summary>
    public int LastMultiple { get; }

    /// <summary>Timers chosen by hand.</summary>
    /// <param name="initialTimeout">RTO; positive.</param>
    /// <param name="count">Rc; 1 to 16.</param>
    /// <param name="lastMultiple">Rm; positive.</param>
    public static StunRetransmission Create(TimeSpan initialTimeout, int count, int lastMultiple)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(initialTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostRequests);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lastMultiple);
        return new StunRetransmission(initialTimeout, count, lastMultiple);
    }

    /// <summary>
    /// Timers for a server whose round trip has been measured in the last ten minutes: RTO is computed as for a first
    /// sample of RFC 6298 section 2.2 (round trip + 4 x half of it), without rounding it up, as RFC 8489 section 6.2.1
    /// asks, between 20 ms and the 500 ms of an unknown server.
    /// </summary>
    /// <param name="roundTrip">The round trip measured; not negative.</param>
    public static StunRetransmission ForRoundTrip(TimeSpan roundTrip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(roundTrip, TimeSpan.Zero);
        TimeSpan timeout = roundTrip > StandardInitial ? StandardInitial : roundTrip * 3;
        timeout = timeout < ShortestInitial ? ShortestInitial : timeout > StandardInitial ? StandardInitial : timeout;
        return new StunRetransmission(timeout, StandardCount, StandardLastMultiple);
    }

    /// <summary>The time to wait after the n-th request, counted from 1.</summary>
    internal TimeSpan WaitAfter(int request) =>
        InitialTimeout * (request >= Count ? LastMultiple : 1 << (request - 1));
}
