namespace Ants.Protocol.Recovery;

/// <summary>
/// What NewReno and CUBIC share (RFC 9002 section 7): the window's start and bounds, slow start, one cut for each round trip with
/// losses, and no growth of a window that is not used. How fast to grow and how far to cut is up to each.
/// </summary>
internal abstract class LossBasedController : ICongestionController
{
    /// <summary>RFC 9002 section 7.2: ten packets, as TCP (RFC 6928), below the byte limit there.</summary>
    private const int InitialPackets = 10;

    /// <summary>RFC 9002 section 7.2: kMinimumWindow, so that an ACK of every second packet keeps coming at once.</summary>
    private const int MinimumPackets = 2;

    /// <summary>RFC 9002 section 7.2: bytes that ten full Ethernet packets hold.</summary>
    private const int InitialBytes = 14_720;

    /// <summary>No path needs a gigabyte in flight (80 Gbit/s at 100 ms), and sums of windows stay within an int.</summary>
    private const int MaximumWindow = 1 << 30;

    private int _maxDatagramSize;
    private int _window;
    private Instant? _recoveryStart;
    private Instant? _usedAt;
    private bool _untouched = true;

    protected LossBasedController(int maxDatagramSize)
    {
        _maxDatagramSize = maxDatagramSize;
        _window = InitialWindow;
    }

    public int Window
    {
        get => _window;
        protected set => _window = Math.Clamp(value, MinimumWindow, MaximumWindow);
    }

    public bool InSlowStart => Window < Threshold;

    public int MaxDatagramSize
    {
        get => _maxDatagramSize;
        set
        {
            // RFC 9002 section 7.2: a window that is still the initial one is worked out again.
            _maxDatagramSize = value;
            Window = _untouched ? InitialWindow : Window;
        }
    }

    /// <summary>Slow start ends where the window reaches it.</summary>
    protected int Threshold { get; set; } = int.MaxValue;

    private int InitialWindow => Math.Min(InitialPackets * MaxDatagramSize, Math.Max(MinimumWindow, InitialBytes));

    private int MinimumWindow => MinimumPackets * MaxDatagramSize;

    public void OnSent(Instant now, int bytes, int bytesInFlight)
    {
        // Section 7.8: the window is used when no further packet fits. In slow start half of it suffices, since pacing
        // spreads a window that doubles over a round trip, in which it is never seen full.
        if (Window - bytesInFlight < MaxDatagramSize || (InSlowStart && bytesInFlight >= Window / 2))
        {
            _usedAt = now;
        }
    }

    public void OnAcked(Instant now, int bytes, Instant sentAt, RttEstimator rtt)
    {
        // Section 7.3.2: the window does not grow by what was sent before it was last cut; section 7.8: nor by what left
        // it underused from the sending until now. (Looking at the bytes in flight when an ACK comes would take the
        // second of two ACKs that arrive together for a sign of an idle application.)
        if (sentAt <= _recoveryStart || !(_usedAt >= sentAt))
        {
            OnUnused(now);
            return;
        }

        _untouched = false;
        if (InSlowStart)
        {
            StartSlowly(now, bytes, sentAt, rtt);
        }
        else
        {
            Avoid(now, bytes, rtt);
        }
    }

    public void OnLost(Instant now, int bytes, Instant sentAt)
    {
        // Section 7.3.2: once a round trip. A packet sent before the last cut tells nothing about the window since.
        if (sentAt <= _recoveryStart)
        {
            return;
        }

        _untouched = false;
        _recoveryStart = now;
        Window = Reduce();
        Threshold = Window;
    }

    public void OnPersistentCongestion(Instant now)
    {
        _untouched = false;
        _recoveryStart = null;
        Forget();
        Window = MinimumWindow;
    }

    public void Reset(Instant now)
    {
        _untouched = true;
        _recoveryStart = now;
        _usedAt = null;
        Forget();
        Threshold = int.MaxValue;
        Window = InitialWindow;
    }

    /// <summary>Grows the window in slow start: by what was acknowledged (section 7.3.1).</summary>
    protected virtual void StartSlowly(Instant now, int bytes, Instant sentAt, RttEstimator rtt) => Window += bytes;

    /// <summary>Grows the window in congestion avoidance.</summary>
    protected abstract void Avoid(Instant now, int bytes, RttEstimator rtt);

    /// <summary>An acknowledgement came that speaks for no growth.</summary>
    protected virtual void OnUnused(Instant now)
    {
    }

    /// <summary>The window after a loss.</summary>
    protected abstract int Reduce();

    /// <summary>What was learned of the path is void.</summary>
    protected abstract void Forget();
}
