using Ants.Protocol;

namespace Ants.Tests.Simulation;

/// <summary>A way between two endpoints, with how each of them sees the other through it.</summary>
internal sealed class Wire
{
    /// <summary>How Alice addresses Bob, and how she sees his packets.</summary>
    public required CarrierAddress BobFromAlice { get; set; }

    /// <summary>How Bob addresses Alice. A NAT that gives her another port changes this.</summary>
    public required CarrierAddress AliceFromBob { get; set; }

    public TimeSpan Delay { get; set; }

    public TimeSpan Jitter { get; set; }

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public double Corruption { get; set; }

    /// <summary>The largest datagram that passes, in bytes: what Ethernet leaves.</summary>
    public int MaxDatagram { get; set; } = 1472;

    public bool IsCut { get; set; }

    public bool IsCutFromAlice { get; set; }

    public bool IsCutFromBob { get; set; }
}
