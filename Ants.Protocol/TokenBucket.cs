namespace Ants.Protocol;

/// <summary>Allows a burst at once and so many a second in the long run. Full at the start.</summary>
internal sealed class TokenBucket
{
    private readonly double _perSecond;
    private readonly double _burst;
    private double _tokens;
    private Instant _filledAt;

    public TokenBucket(double perSecond, double burst)
    {
        _perSecond = perSecond;
        _burst = _tokens = burst;
    }

    /// <summary>Takes <paramref name="amount"/> if there is as much.</summary>
    public bool TryTake(Instant now, double amount = 1)
    {
        if (now > _filledAt)
        {
            _tokens = Math.Min(_burst, _tokens + ((now - _filledAt).TotalSeconds * _perSecond));
            _filledAt = now;
        }

        if (_tokens < amount)
        {
            return false;
        }

        _tokens -= amount;
        return true;
    }
}
