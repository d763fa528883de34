namespace Ants.Protocol.Recovery;

/// <summary>
/// HyStart++ (RFC 9406): leaves slow start when round trips grow, before the queue that makes them grow overflows. A growth may be a
/// mere fluctuation, so the window first grows on conservatively for a few rounds, and fast again when round trips shrink.
/// </summary>
internal sealed class HyStart
{
    /// <summary>Section 4.3: N_RTT_SAMPLE, measurements in a round before it says anything.</summary>
    private const int LeastSamples = 8;

    /// <summary>Section 4.3: CSS_GROWTH_DIVISOR.</summary>
    private const int ConservativeDivisor = 4;

    /// <summary>Section 4.3: CSS_ROUNDS.</summary>
    private const int ConservativeRounds = 5;

    /// <summary>Section 4.3: MIN_RTT_DIVISOR. An eighth more than before is a growth.</summary>
    private const int GrowthDivisor = 8;

    /// <summary>Section 4.3: MIN_RTT_THRESH and MAX_RTT_THRESH.</summary>
    private static readonly TimeSpan s_leastGrowth = TimeSpan.FromMilliseconds(4), s_mostGrowth = TimeSpan.FromMilliseconds(16);

    private TimeSpan _lastRound = TimeSpan.MaxValue;
    private TimeSpan _thisRound = TimeSpan.MaxValue;
    private TimeSpan? _baseline;
    private Instant? _roundStart;
    private Instant? _sampledAt;
    private int _samples;
    private int _conservativeRounds;

    /// <summary>Whether slow start is to end where the window is.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// A packet of slow start was acknowledged; returns by how many bytes the window grows. It is paced, so section 4.2 sets no other
    /// limit than what was acknowledged.
    /// </summary>
    public int OnAcked(Instant now, int bytes, Instant sentAt, TimeSpan roundTrip)
    {
        // A round ends with the acknowledgement of something sent after its begin.
        if (_roundStart is not { } start || sentAt >= start)
        {
            BeginRound(now);
        }

        if (_sampledAt != now)
        {
            // The packets of one ACK have one measurement.
            _sampledAt = now;
            _samples++;
            _thisRound = roundTrip < _thisRound ? roundTrip : _thisRound;
        }

        Judge();
        return _baseline is null ? bytes : bytes / ConservativeDivisor;
    }

    private void BeginRound(Instant now)
    {
        _lastRound = _thisRound;
        _thisRound = TimeSpan.MaxValue;
        _samples = 0;
        _roundStart = now;
        if (_baseline is not null && ++_conservativeRounds > ConservativeRounds)
        {
            IsOver = true;
        }
    }

    private void Judge()
    {
        if (_samples < LeastSamples)
        {
            return;
        }

        if (_baseline is { } baseline)
        {
            if (_thisRound < baseline)
            {
                // It was a fluctuation.
                _baseline = null;
                _conservativeRounds = 0;
            }
        }
        else if (_lastRound != TimeSpan.MaxValue && _thisRound >= _lastRound + Growth(_lastRound))
        {
            _baseline = _thisRound;
            _conservativeRounds = 1;
        }
    }

    private static TimeSpan Growth(TimeSpan roundTrip)
    {
        TimeSpan growth = roundTrip / GrowthDivisor;
        return growth < s_leastGrowth ? s_leastGrowth : growth > s_mostGrowth ? s_mostGrowth : growth;
    }
}
