using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>One form for each endpoint, so that two of them are equal exactly when they name the same place.</summary>
public static class EndPoints
{
    /// <summary>
    /// A copy of the endpoint in which an IPv4-mapped IPv6 address (<c>::ffff:192.0.2.1</c>, what a dual-stack socket
    /// reports for an IPv4 sender) is the IPv4 address that it stands for.
    /// </summary>
    /// <param name="endpoint">Any IPv4 or IPv6 endpoint; it is not changed.</param>
    public static IPEndPoint Unmap(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new IPEndPoint(Unmap(endpoint.Address), endpoint.Port);
    }

    /// <summary>The IPv4 address that an IPv4-mapped IPv6 address stands for; any other address as it is.</summary>
    /// <param name="address">Any IPv4 or IPv6 address.</param>
    public static IPAddress Unmap(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>Whether both endpoints name the same place, however each is written.</summary>
    /// <param name="left">One endpoint.</param>
    /// <param name="right">The other.</param>
    public static bool AreSame(IPEndPoint left, IPEndPoint right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Port == right.Port && Unmap(left.Address).Equals(Unmap(right.Address));
    }

    /// <summary>The family an endpoint is reached by: <see cref="AddressFamily.InterNetwork"/> also for a mapped address.</summary>
    /// <param name="endpoint">Any endpoint.</param>
    public static AddressFamily FamilyOf(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Address.IsIPv4MappedToIPv6 ? AddressFamily.InterNetwork : endpoint.AddressFamily;
    }
}
