using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Ants.Nat;

/// <summary>A service of a gateway that can let packets in.</summary>
/// <param name="Type">Its full name, which calls repeat.</param>
/// <param name="Version">The number at the end of its name.</param>
/// <param name="Control">Where its actions are called.</param>
internal sealed record IgdService(string Type, int Version, RouterUrl Control)
{
    private const string Prefix = "urn:schemas-upnp-org:service:";

    // A gateway has one or two, one that means harm any number.
    private const int MostServices = 4;

    /// <summary>The services that translate addresses, over IPv4.</summary>
    private static readonly string[] s_mappers = ["WANIPConnection", "WANPPPConnection"];

    /// <summary>The service that opens the firewall, over IPv6.</summary>
    private static readonly string[] s_firewalls = ["WANIPv6FirewallControl"];

    /// <summary>Reads a gateway's description.</summary>
    /// <param name="body">The document.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="isPinhole">Whether a firewall is looked for, or what translates.</param>
    /// <param name="services">The services of use, the better first; at most four.</param>
    public static bool TryReadAll(ReadOnlySpan<byte> body, IPEndPoint source, bool isPinhole, [NotNullWhen(true)] out IReadOnlyList<IgdService>? services)
    {
        List<IgdService> found = [];
        string[] wanted = isPinhole ? s_firewalls : s_mappers;
        IPEndPoint host = source;
        string type = "", control = "";
        bool isRead = UpnpXml.Read(body, (name, text) =>
        {
            switch (name)
            {
                // UPnP Device Architecture 1.0: paths may be relative to another port of the same host.
                case "URLBase" when RouterUrl.TryRead(text, source, out RouterUrl? given):
                    host = given.Host;
                    break;
                case "serviceType":
                    type = text;
                    break;
                case "controlURL":
                    control = text;
                    break;
                case "service":
                    Add(found, wanted, type, control, host);
                    (type, control) = ("", "");
                    break;
            }
        });
        services = isRead ? [.. found.OrderBy(service => Array.FindIndex(wanted, service.Is)).ThenByDescending(service => service.Version).Take(MostServices)] : null;
        return isRead;
    }

    private static void Add(List<IgdService> found, string[] wanted, string type, string control, IPEndPoint host)
    {
        string[] parts = type.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? type[Prefix.Length..].Split(':') : [];
        if (parts.Length == 2 && wanted.Contains(parts[0], StringComparer.OrdinalIgnoreCase)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            && found.Count < MostServices * 4
            && RouterUrl.TryRead(control, host, out RouterUrl? url))
        {
            found.Add(new IgdService(type, version, url));
        }
    }

    private bool Is(string name) => Type.Contains($":{name}:", StringComparison.OrdinalIgnoreCase);
}
