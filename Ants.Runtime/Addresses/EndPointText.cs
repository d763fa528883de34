using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ants.Addresses;

/// <summary>An IP address and port as text: <c>203.0.113.7:41641</c>, <c>[2001:db8::7]:41641</c>.</summary>
internal static class EndPointText
{
    /// <summary>Reads an address that someone could be reached at. Stricter than .NET, which takes "1" for 0.0.0.1:0.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !HostName.TryNormalize(text[..colon], out string? host, out _))
        {
            return false;
        }

        endPoint = IPEndPoint.TryParse(host + text[colon..], out IPEndPoint? parsed) && IsReachable(parsed) ? parsed : null;
        return endPoint is not null;
    }

    /// <summary>Whether a datagram to it can mean one machine: a port, and neither a wildcard nor a group.</summary>
    public static bool IsReachable(IPEndPoint endPoint) =>
        endPoint.Port != 0
        && !endPoint.Address.Equals(IPAddress.Any)
        && !endPoint.Address.Equals(IPAddress.IPv6Any)
        && !endPoint.Address.IsIPv6Multicast
        && !endPoint.Address.IsIPv4MappedToIPv6
        && !IsIpv4Group(endPoint.Address);

    /// <summary>The text for a URI's query, where colons may stand and brackets may not (RFC 3986 section 3.4).</summary>
    public static string Escape(IPEndPoint endPoint) =>
        endPoint.ToString().Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);

    // RFC 5771: 224/4 is multicast; 240/4, which holds the broadcast address, is no one's.
    private static bool IsIpv4Group(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224;
}
