namespace Ants.Nat;

/// <summary>When a request to a router is sent, sent again, and given up.</summary>
/// <remarks>
/// RFC 6886 section 3.1: 250 ms, then twice as long each time, nine times; given up after 128 s. PCP's own timers (RFC 6887
/// section 8.1.1: 3 s at first, without end) are made for servers far away: see docs/deviations.md.
/// </remarks>
internal struct RequestTimer
{
    private const int MostRequests = 9;
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);

    private int _sent, _most;

    /// <summary>When to send, or to give up; null when nothing is asked.</summary>
    public TimeSpan? Next { get; private set; }

    public readonly bool IsRunning => Next is not null;

    /// <summary>A request that is due now, and goes out as often as the RFC says, or less often.</summary>
    public static RequestTimer StartedAt(TimeSpan now, int most = MostRequests) => new() { Next = now, _most = most };

    /// <summary>Whether the request is to be sent now.</summary>
    public bool TrySend(TimeSpan now)
    {
        if (Next is not { } due || due > now || _sent == _most)
        {
            return false;
        }

        Next = now + (s_first * (1 << _sent));
        _sent++;
        return true;
    }

    /// <summary>Whether all requests went out, and the time for an answer to the last has passed.</summary>
    public readonly bool IsExhausted(TimeSpan now) => _sent == _most && Next <= now;
}
