using System.Net;

namespace Ants.Testing.Fabric;

/// <summary>An address and a port; unlike <see cref="IPEndPoint"/> it cannot change while a datagram carries it.</summary>
internal readonly record struct Endpoint(IPAddress Address, int Port)
{
    /// <summary>The end point with an IPv4 address where an IPv6 one stands for it.</summary>
    public static Endpoint From(IPEndPoint endPoint) => new(
        endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address,
        endPoint.Port);

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
