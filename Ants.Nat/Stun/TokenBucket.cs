namespace Ants.Nat;

/// <summary>A token bucket on a caller's clock. The zero value is not usable: make one full with <see cref="Full"/>.</summary>
internal struct TokenBucket
{
    private double _tokens;

    /// <summary>When a token was last asked for.</summary>
    public TimeSpan LastUse { get; private set; }

    public static TokenBucket Full(double burst, TimeSpan now) => new() { _tokens = burst, LastUse = now };

    public bool TryTake(double perSecond, double burst, TimeSpan now)
    {
        // A time before the last one (the callers' threads may race) adds nothing and takes nothing back.
        if (now > LastUse)
        {
            _tokens = Math.Min(burst, _tokens + ((now - LastUse).TotalSeconds * perSecond));
            LastUse = now;
        }

        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
