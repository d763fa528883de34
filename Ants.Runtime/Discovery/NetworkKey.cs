using System.Net;
using System.Net.Sockets;

namespace Ants.Discovery;

/// <summary>
/// What a network is recognised by: the router, which many have at the same private address, and where the outside sees us, which hardly two have
/// in common. Of IPv6 addresses the prefix, since hosts change the rest by themselves.
/// </summary>
/// <param name="Router">The router's address, without a scope; null where the system cannot tell.</param>
/// <param name="External">The external IPv4 address, or the prefix of the IPv6 address.</param>
internal readonly record struct NetworkKey(IPAddress? Router, IPAddress External)
{
    // RFC 4291 section 2.5.1: the first 64 bits are the network's.
    private const int PrefixBytes = 8;

    public static NetworkKey Of(IPAddress? router, IPAddress external) => new(
        router is null ? null : new IPAddress(router.GetAddressBytes()),
        external.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. external.GetAddressBytes().AsSpan(0, PrefixBytes), .. new byte[PrefixBytes]])
            : external);
}
