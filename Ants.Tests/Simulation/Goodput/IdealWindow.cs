namespace Ants.Tests.Simulation.Goodput;

/// <summary>
/// A congestion window by the letter of its RFC, in packets and seconds, written without a look at the product's: slow start to the first
/// loss, and then NewReno (RFC 9002 section 7.3) or CUBIC (RFC 9438 section 4).
/// </summary>
internal sealed class IdealWindow(Controller controller)
{
    private const double Scale = 0.4;
    private const double LeastPackets = 2;

    private readonly double _beta = controller == Controller.Cubic ? 0.7 : 0.5;
    private double _threshold = double.PositiveInfinity;
    private double _estimate, _maximum, _before, _start;
    private bool _inEpoch;

    /// <summary>Packets that may be in flight.</summary>
    public double Packets { get; private set; } = 10;

    public void OnAcked(double now, double roundTrip)
    {
        if (Packets < _threshold)
        {
            Packets++;
        }
        else if (controller == Controller.NewReno)
        {
            Packets += 1 / Packets;
        }
        else
        {
            GrowByCubic(now, roundTrip);
        }
    }

    public void OnLoss()
    {
        // RFC 9438 section 4.7: fast convergence.
        _maximum = Packets < _maximum ? Packets * (1 + _beta) / 2 : Packets;
        _before = Packets;
        _inEpoch = false;
        _threshold = Packets = Math.Max(LeastPackets, Packets * _beta);
    }

    private void GrowByCubic(double now, double roundTrip)
    {
        if (!_inEpoch)
        {
            (_inEpoch, _start, _estimate) = (true, now, Packets);
        }

        _estimate += (_estimate < _before ? 3 * (1 - _beta) / (1 + _beta) : 1) / Packets;
        double flat = Math.Cbrt((_maximum - (_beta * _before)) / Scale);
        double Curve(double elapsed) => (Scale * Math.Pow(elapsed - flat, 3)) + _maximum;
        if (Curve(now - _start) < _estimate)
        {
            Packets = Math.Max(Packets, _estimate);
            return;
        }

        double target = Math.Clamp(Curve(now - _start + roundTrip), Packets, 1.5 * Packets);
        Packets += (target - Packets) / Packets;
    }
}
