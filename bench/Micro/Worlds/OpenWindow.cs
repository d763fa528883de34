using Ants.Protocol;
using Ants.Protocol.Recovery;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Lets everything go: for what measures a packet's cost and not a window's.</summary>
internal sealed class OpenWindow(int maxDatagramSize) : ICongestionController
{
    // Large, and no overflow when bytes are added to it.
    public int Window => int.MaxValue / 2;

    public bool InSlowStart => false;

    public int MaxDatagramSize { get; set; } = maxDatagramSize;

    public void OnSent(Instant now, int bytes, int bytesInFlight)
    {
    }

    public void OnAcked(Instant now, int bytes, Instant sentAt, RttEstimator rtt)
    {
    }

    public void OnLost(Instant now, int bytes, Instant sentAt)
    {
    }

    public void OnPersistentCongestion(Instant now)
    {
    }

    public void Reset(Instant now)
    {
    }
}
