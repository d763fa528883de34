using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ants.Nat;

/// <summary>
/// An address on a router to which HTTP requests go. It is always on the host that named it, by number: nobody has us talk to somebody else.
/// </summary>
internal sealed record RouterUrl(IPEndPoint Host, string Path)
{
    // The longest in the field have 60; the rest is room.
    private const int MostLength = 512;

    /// <summary>Reads an address that a host named.</summary>
    /// <param name="text">Absolute, or a path on that host.</param>
    /// <param name="named">Who named it: its address, and the port for a path.</param>
    /// <param name="url">The address, whose host is the one that named it.</param>
    public static bool TryRead(string text, IPEndPoint named, [NotNullWhen(true)] out RouterUrl? url)
    {
        url = null;
        text = text.Trim();
        if (text.Length is 0 or > MostLength || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            url = new RouterUrl(named, text[0] == '/' ? text : "/" + text);
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? absolute)
            || absolute.Scheme != "http" || absolute.UserInfo.Length > 0
            || !IPAddress.TryParse(absolute.Host.Trim('[', ']'), out IPAddress? host)
            || !IsSame(host, named.Address))
        {
            return false;
        }

        url = new RouterUrl(new IPEndPoint(named.Address, absolute.Port), absolute.PathAndQuery);
        return true;
    }

    /// <summary>Asks for what is there.</summary>
    public byte[] Get() => Encoding.ASCII.GetBytes($"GET {Path} HTTP/1.1\r\n{Fields}\r\n");

    /// <summary>Calls an action of a service there: head and body in one, since some routers read no further than the first packet.</summary>
    public byte[] Post(SoapCall call)
    {
        byte[] body = Encoding.UTF8.GetBytes(call.ToXml());
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {Path} HTTP/1.1\r\n{Fields}Content-Type: text/xml; charset=\"utf-8\"\r\nContent-Length: {body.Length}\r\n"
                + $"SOAPAction: \"{call.Service}#{call.Action}\"\r\n\r\n"),
            .. body,
        ];
    }

    // UPnP Device Architecture 1.1, section 2.11: HTTP/1.1; a connection for each request is what all routers can do.
    private string Fields => $"Host: {WithoutScope}\r\nConnection: close\r\nUser-Agent: ANTS UPnP/1.1\r\n";

    private IPEndPoint WithoutScope => Host.AddressFamily == AddressFamily.InterNetworkV6
        ? new IPEndPoint(new IPAddress(Host.Address.GetAddressBytes()), Host.Port)
        : Host;

    /// <summary>Without the scope, which is ours.</summary>
    private static bool IsSame(IPAddress a, IPAddress b) => a.GetAddressBytes().AsSpan().SequenceEqual(b.GetAddressBytes());
}
