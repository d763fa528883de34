using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;

namespace Ants.Tests.Simulation.Goodput;

/// <summary>One case of the measurement: a controller on a wire.</summary>
/// <param name="Controller">CUBIC or NewReno.</param>
/// <param name="Loss">The share of packets that is lost at random, each way.</param>
/// <param name="Rate">Bits a second that the wire carries.</param>
internal readonly record struct Setting(Controller Controller, double Loss, double Rate)
{
    /// <summary>The round trip of an empty wire, in seconds.</summary>
    public const double RoundTrip = 0.040;

    // IPv4 and UDP.
    private const int Headers = 28;

    /// <summary>UDP payload of a full packet: what Ethernet leaves, which path MTU discovery finds where it may search.</summary>
    public static int FullPacket { get; } = FastPaths.Allow(FastPath.PacketSize) ? 1472 : PacketSize.Udp;

    /// <summary>What such a packet weighs for the wire's rate.</summary>
    public static int FullPacketOnWire => FullPacket + Headers;

    /// <summary>Bytes that wait for the wire: what it carries in a round trip, and ten packets at the least.</summary>
    public int QueueBytes => Math.Max((int)(Rate / 8 * RoundTrip), 10 * FullPacketOnWire);

    /// <summary>Bits a second that published formulas give for the loss, and the wire's rate at the most.</summary>
    public double Formula => Math.Min(Rate, Loss == 0 ? Rate
        : Controller == Controller.Cubic ? ResponseFunction.Cubic(Loss, RoundTrip, FullPacket) : ResponseFunction.Reno(Loss, RoundTrip, FullPacket));

    /// <summary>A congestion controller of the product's for it.</summary>
    public ICongestionController Create(int maxDatagramSize) =>
        Controller == Controller.Cubic ? new Cubic(maxDatagramSize) : new NewReno(maxDatagramSize);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Controller,-7} {Loss * 100,4:0.0} % {Rate / 1e6,5:0}");
}
