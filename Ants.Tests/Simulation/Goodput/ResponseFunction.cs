namespace Ants.Tests.Simulation.Goodput;

/// <summary>What a congestion controller reaches under random loss, by published formulas. In bits a second.</summary>
internal static class ResponseFunction
{
    /// <summary>
    /// RFC 5348 section 3.1 (Padhye, Firoiu, Towsley and Kurose) with b = 1, as every byte acknowledged is counted, and a
    /// retransmission timeout of four round trips: what TCP Reno reaches, timeouts counted.
    /// </summary>
    public static double Reno(double loss, double roundTrip, int packetSize)
    {
        double timeout = 4 * roundTrip;
        double avoidance = roundTrip * Math.Sqrt(2 * loss / 3);
        double timeouts = timeout * 3 * Math.Sqrt(3 * loss / 8) * loss * (1 + (32 * loss * loss));
        return packetSize * 8 / (avoidance + timeouts);
    }

    /// <summary>
    /// RFC 9438 section 5.1: the mean window of the cubic curve, or Reno's rate where that is more (section 4.3: the Reno-friendly region).
    /// </summary>
    public static double Cubic(double loss, double roundTrip, int packetSize)
    {
        const double scale = 0.4, beta = 0.7;
        double window = Math.Pow(scale * (3 + beta) / (4 * (1 - beta)), 0.25) * Math.Pow(roundTrip / loss, 0.75);
        return Math.Max(window * packetSize * 8 / roundTrip, Reno(loss, roundTrip, packetSize));
    }
}
