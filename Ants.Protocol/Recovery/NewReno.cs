namespace Ants.Protocol.Recovery;

/// <summary>The congestion controller of RFC 9002 section 7 and appendix B.</summary>
internal sealed class NewReno : ICongestionController
{
    /// <summary>RFC 9002 section 7.2: ten packets, as TCP (RFC 6928), below the byte limit there.</summary>
    private const int InitialPackets = 10;

    /// <summary>RFC 9002 section 7.2: kMinimumWindow, so that an ACK of every second packet keeps coming at once.</summary>
    private const int MinimumPackets = 2;

    /// <summary>RFC 9002 section 7.2: bytes that ten full Ethernet packets hold.</summary>
    private const int InitialBytes = 14_720;

    /// <summary>No path needs a gigabyte in flight (80 Gbit/s at 100 ms), and sums of windows stay within an int.</summary>
    private const int MaximumWindow = 1 << 30;

    private int _threshold = int.MaxValue;
    private int _ackedInAvoidance;
    private int _maxDatagramSize;
    private Instant? _recoveryStart;
    private Instant? _usedAt;
    private bool _untouched = true;

    public NewReno(int maxDatagramSize)
    {
        _maxDatagramSize = maxDatagramSize;
        Window = InitialWindow;
    }

    public int Window { get; private set; }

    public bool InSlowStart => Window < _threshold;

    public int MaxDatagramSize
    {
        get => _maxDatagramSize;
        set
        {
            // RFC 9002 section 7.2: a window that is still the initial one is worked out again.
            _maxDatagramSize = value;
            Window = _untouched ? InitialWindow : Math.Max(Window, MinimumWindow);
        }
    }

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
            return;
        }

        _untouched = false;
        if (InSlowStart)
        {
            Window = Math.Min(Window + bytes, MaximumWindow);
            return;
        }

        // Section 7.3.3: one packet more for each window acknowledged (RFC 3465 counts bytes, so small ACKs lose nothing).
        _ackedInAvoidance += bytes;
        if (_ackedInAvoidance >= Window)
        {
            _ackedInAvoidance -= Window;
            Window = Math.Min(Window + MaxDatagramSize, MaximumWindow);
        }
    }

    public void OnLost(Instant now, int bytes, Instant sentAt)
    {
        // Section 7.3.2: once a round trip. A packet sent before the last cut tells nothing about the window since.
        if (sentAt <= _recoveryStart)
        {
            return;
        }

        // Section 7.3.1 and appendix B.6: kLossReductionFactor is one half.
        _untouched = false;
        _recoveryStart = now;
        _ackedInAvoidance = 0;
        _threshold = Math.Max(Window / 2, MinimumWindow);
        Window = _threshold;
    }

    public void OnPersistentCongestion(Instant now)
    {
        _untouched = false;
        _recoveryStart = null;
        _ackedInAvoidance = 0;
        Window = MinimumWindow;
    }

    public void Reset(Instant now)
    {
        _untouched = true;
        _threshold = int.MaxValue;
        _ackedInAvoidance = 0;
        _recoveryStart = now;
        _usedAt = null;
        Window = InitialWindow;
    }
}
