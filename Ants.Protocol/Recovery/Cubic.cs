namespace Ants.Protocol.Recovery;

/// <summary>
/// CUBIC (RFC 9438) with HyStart++ (RFC 9406): after a loss the window returns along a cubic curve of time to where the loss was,
/// stays near it, and then looks for more. On a long fast path that takes seconds where NewReno takes minutes; on a short one it
/// is never slower than NewReno.
/// </summary>
internal sealed class Cubic(int maxDatagramSize) : LossBasedController(maxDatagramSize)
{
    /// <summary>RFC 9438 section 5.1: C, in packets a second cubed.</summary>
    private const double Scale = 0.4;

    /// <summary>Section 4.6: beta_cubic. Three tenths less at a loss, where NewReno takes a half.</summary>
    private const double Reduction = 0.7;

    /// <summary>Section 4.3: alpha_cubic, by which a NewReno that cuts as little as we do would grow to be as fast as one that halves.</summary>
    private const double FriendlyGrowth = 3 * (1 - Reduction) / (1 + Reduction);

    // Null until slow start makes the window grow, and when it is over: most paths of most sessions carry too little for that.
    private HyStart? _slowStart;

    // All in packets, as in the RFC. The window itself is in bytes: its fraction is kept here.
    private double _fraction;
    private double _maximum;
    private double _prior;
    private double _estimate;
    private TimeSpan _toMaximum;
    private Instant? _epoch;
    private Instant _lastAck;

    protected override void StartSlowly(Instant now, int bytes, Instant sentAt, RttEstimator rtt)
    {
        _slowStart ??= new HyStart();
        Window += _slowStart.OnAcked(now, bytes, sentAt, rtt.Latest);
        if (_slowStart.IsOver)
        {
            Threshold = Window;
            _slowStart = null;
        }
    }

    protected override void Avoid(Instant now, int bytes, RttEstimator rtt)
    {
        double window = ((double)Window / MaxDatagramSize) + _fraction;
        double acked = (double)bytes / MaxDatagramSize;
        _epoch ??= BeginEpoch(now, window);
        _lastAck = now;

        // Section 4.3: what NewReno would have by now; from where the loss was it grows as fast as that one does.
        _estimate += (_estimate >= _prior ? 1 : FriendlyGrowth) * acked / window;
        TimeSpan elapsed = now - _epoch.Value;
        if (Curve(elapsed) < _estimate)
        {
            Set(Math.Max(window, _estimate));
            return;
        }

        // Section 4.2: towards where the curve is one round trip from now, at most half as much again in that time.
        double target = Math.Clamp(Curve(elapsed + rtt.Smoothed), window, 1.5 * window);
        Set(window + ((target - window) * acked / window));
    }

    protected override void OnUnused(Instant now)
    {
        // Section 5.8: the time in which the application did not use the window is none in which it could have grown.
        if (_epoch is { } epoch && now > _lastAck)
        {
            _epoch = epoch + (now - _lastAck);
            _lastAck = now;
        }
    }

    protected override int Reduce()
    {
        double window = (double)Window / MaxDatagramSize;

        // Section 4.7, fast convergence: a window that no longer reaches its last maximum makes room for a newcomer.
        _maximum = window < _maximum ? window * (1 + Reduction) / 2 : window;
        _prior = window;
        _epoch = null;
        _fraction = 0;
        _slowStart = null;
        return (int)(Window * Reduction);
    }

    protected override void Forget()
    {
        (_maximum, _prior, _estimate, _fraction) = (0, 0, 0, 0);
        _epoch = null;
        _slowStart = null;
    }

    private Instant BeginEpoch(Instant now, double window)
    {
        // Section 4.2: K, the time that the curve takes to its maximum. Slow start may have ended without a loss, at a window
        // that is the maximum itself.
        _maximum = Math.Max(_maximum, window);
        _prior = Math.Max(_prior, window);
        _estimate = window;
        _toMaximum = TimeSpan.FromSeconds(Math.Cbrt((_maximum - window) / Scale));
        return now;
    }

    /// <summary>Section 4.2: W_cubic, so long after the epoch's begin.</summary>
    private double Curve(TimeSpan elapsed)
    {
        double t = (elapsed - _toMaximum).TotalSeconds;
        return (Scale * t * t * t) + _maximum;
    }

    private void Set(double packets)
    {
        double bytes = packets * MaxDatagramSize;
        Window = (int)Math.Min(bytes, int.MaxValue);
        _fraction = Math.Clamp(packets - ((double)Window / MaxDatagramSize), 0, 1);
    }
}
