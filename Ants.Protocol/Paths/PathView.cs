using System.Net.Sockets;

namespace Ants.Protocol.Paths;

/// <summary>What a policy may know of a path.</summary>
/// <param name="Id">The path's id.</param>
/// <param name="Remote">Where it leads.</param>
/// <param name="RoundTrip">Its smoothed round trip.</param>
/// <param name="IsActive">Whether it is the one in use.</param>
/// <param name="IsSuspected">Whether it has not answered within its probe timeout, and not since.</param>
internal readonly record struct PathView(uint Id, CarrierAddress Remote, TimeSpan RoundTrip, bool IsActive, bool IsSuspected = false)
{
    public bool IsDirect => Remote.Kind == CarrierKind.Udp;

    public bool IsIPv6 => Remote.EndPoint?.AddressFamily == AddressFamily.InterNetworkV6;
}
