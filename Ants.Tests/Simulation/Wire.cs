using Ants.Protocol;

namespace Ants.Tests.Simulation;

/// <summary>A way between two endpoints, with how each of them sees the other through it.</summary>
internal sealed class Wire
{
    // What a packet weighs on the wire beside its payload: IPv4 and UDP.
    private const int Headers = 28;

    // When the wire will have sent what waits for it, from Alice and from Bob.
    private Instant _freeForAlice, _freeForBob;

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

    /// <summary>Bits a second each way; zero: no limit.</summary>
    public double Rate { get; set; }

    /// <summary>Bytes that may wait each way for a wire of limited <see cref="Rate"/>; more are dropped.</summary>
    public int QueueBytes { get; set; } = int.MaxValue;

    public bool IsCut { get; set; }

    public bool IsCutFromAlice { get; set; }

    public bool IsCutFromBob { get; set; }

    /// <summary>When a packet that is sent now has left; null when the queue is full.</summary>
    public Instant? Leave(Instant now, bool fromAlice, int length)
    {
        if (Rate <= 0)
        {
            return now;
        }

        ref Instant free = ref fromAlice ? ref _freeForAlice : ref _freeForBob;
        Instant start = Instant.Max(now, free);
        if ((start - now).TotalSeconds * Rate / 8 > QueueBytes)
        {
            return null;
        }

        free = start + TimeSpan.FromSeconds((length + Headers) * 8 / Rate);
        return free;
    }
}
