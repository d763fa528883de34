using Ants.Protocol;

namespace Ants.Carriers;

/// <summary>What an agent has learned of the network that it is in: whether UDP gets through. On the driver.</summary>
internal sealed class UdpOutlook
{
    // A firewall is no passing thing; but a network may change without a notice, and a relay be down by UDP alone.
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(10);

    private Instant? _failedAt;

    /// <summary>Whether to expect nothing of it, so that others need not give it a head start.</summary>
    public bool IsBleak(Instant now) => now - _failedAt < s_memory;

    /// <summary>A relay was reached otherwise, and not by UDP.</summary>
    public void OnFailed(Instant now) => _failedAt = now;

    /// <summary>It works; or the network is another one, of which nothing is known.</summary>
    public void Clear() => _failedAt = null;
}
