using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ants.Nat;

/// <summary>The question "who is an internet gateway?" (UPnP Device Architecture 1.1, section 1.3.2).</summary>
internal static class SsdpSearch
{
    public const int Port = 1900;

    /// <summary>What every gateway answers to: version 2 must answer to version 1's name too.</summary>
    public const string Target = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    /// <summary>A buffer of this size is always enough.</summary>
    public const int MostLength = 256;

    /// <summary>The group that all UPnP devices of the link hear.</summary>
    public static IPAddress GroupOf(AddressFamily family) =>
        family == AddressFamily.InterNetwork ? IPAddress.Parse("239.255.255.250") : IPAddress.Parse("ff02::c");

    /// <summary>Writes the question.</summary>
    /// <param name="destination">At least <see cref="MostLength"/> bytes.</param>
    /// <param name="to">Group or router.</param>
    public static int Write(Span<byte> destination, IPEndPoint to)
    {
        // The host's form has no scope: it means nothing to others. MX is the time, in s, over which the answers of a
        // crowd spread; we want that of one.
        IPAddress address = to.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(to.Address.GetAddressBytes()) : to.Address;
        return Encoding.ASCII.GetBytes(
            $"M-SEARCH * HTTP/1.1\r\nHOST: {new IPEndPoint(address, to.Port)}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {Target}\r\n\r\n",
            destination);
    }
}
