using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Ants.Nat;

namespace Ants.Testing.Fabric;

/// <summary>A router's internet gateway device, version 1 with a firewall for IPv6 (UPnP IGD:1, WANIPv6FirewallControl:1).</summary>
internal sealed partial class UpnpDesk(SimulatedRouter router, RouterLeases leases)
{
    public const int HttpPort = 5000;

    private const string Mapper = "urn:schemas-upnp-org:service:WANIPConnection:1", Firewall = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:1";

    public static byte[]? AnswerSearch(ReadOnlySpan<byte> request, IPAddress own) => request.StartsWith("M-SEARCH "u8)
        ? Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n"
            + $"LOCATION: http://{new IPEndPoint(own, HttpPort)}/desc.xml\r\n\r\n")
        : null;

    public byte[] AnswerHttp(IPAddress from, string request)
    {
        if (request.StartsWith("GET ", StringComparison.Ordinal))
        {
            return Http(200, $"""
                <?xml version="1.0"?>
                <root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
                <serviceList>
                <service><serviceType>{Mapper}</serviceType><controlURL>/ip</controlURL></service>
                <service><serviceType>{Firewall}</serviceType><controlURL>/fw</controlURL></service>
                </serviceList></device></root>
                """);
        }

        string action = ActionName().Match(request).Groups[1].Value;
        Dictionary<string, string> arguments = Argument().Matches(request).DistinctBy(match => match.Groups[1].Value)
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        return Call(from, action, arguments);
    }

    private static byte[] Http(int status, string body) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static byte[] Envelope(int status, string inner) => Http(status,
        $"<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{inner}</s:Body></s:Envelope>");

    private static byte[] Values(string action, params (string Name, string Value)[] values) => Envelope(
        200, $"<u:{action}Response xmlns:u=\"urn:x\">{string.Concat(values.Select(v => $"<{v.Name}>{v.Value}</{v.Name}>"))}</u:{action}Response>");

    private static byte[] Error(int code) => Envelope(
        500, $"<s:Fault><faultcode>s:Client</faultcode><detail><UPnPError><errorCode>{code}</errorCode></UPnPError></detail></s:Fault>");

    private static int Number(Dictionary<string, string> arguments, string name) =>
        int.Parse(arguments[name], NumberStyles.None, CultureInfo.InvariantCulture);

    private byte[] Call(IPAddress from, string action, Dictionary<string, string> arguments)
    {
        switch (action)
        {
            case "GetStatusInfo":
                return Values(action, ("NewConnectionStatus", "Connected"), ("NewUptime", "1"));
            case "GetExternalIPAddress":
                return Values(action, ("NewExternalIPAddress", router.External.ToString()));
            case "GetFirewallStatus":
                return Values(action, ("FirewallEnabled", "1"), ("InboundPinholeAllowed", "1"));
            case "GetSpecificPortMappingEntry":
                return leases.Find(Number(arguments, "NewExternalPort")) is { } found
                    ? Values(action, ("NewInternalPort", $"{found.Internal.Port}"), ("NewInternalClient", $"{found.Internal.Address}"))
                    : Error(714);
            case "AddPortMapping" or "AddPinhole" when router.Refusal != 0:
                return Error(router.Refusal);
            case "AddPortMapping":
                return AddPort(from, arguments);
            case "AddPinhole":
                return AddPinhole(from, arguments);
            case "UpdatePinhole" or "DeletePinhole":
                return ChangePinhole(action, arguments);
            case "DeletePortMapping":
                return Remove(leases.Find(Number(arguments, "NewExternalPort")), action);
            default:
                return Error(401);
        }
    }

    private byte[] Remove(SimulatedLease? lease, string action)
    {
        if (lease is null)
        {
            return Error(714);
        }

        leases.Remove(lease);
        return Values(action);
    }

    private byte[] AddPort(IPAddress from, Dictionary<string, string> arguments)
    {
        int lease = Number(arguments, "NewLeaseDuration");
        if (router.IsPermanentOnly && lease != 0)
        {
            return Error(725);
        }

        IPEndPoint inside = new(IPAddress.Parse(arguments["NewInternalClient"]), Number(arguments, "NewInternalPort"));
        return !inside.Address.Equals(from) ? Error(606)
            : leases.Grant(PortMappingProtocols.Upnp, inside, Number(arguments, "NewExternalPort"), (uint)lease, "", insists: true) is null ? Error(718)
            : Values("AddPortMapping");
    }

    private byte[] AddPinhole(IPAddress from, Dictionary<string, string> arguments)
    {
        IPEndPoint inside = new(IPAddress.Parse(arguments["InternalClient"]), Number(arguments, "InternalPort"));
        if (!inside.Address.Equals(from))
        {
            return Error(606);
        }

        string id = $"{leases.All.Count(lease => lease.Internal.AddressFamily == AddressFamily.InterNetworkV6) + 1}";
        leases.Grant(PortMappingProtocols.Upnp, inside, inside.Port, (uint)Number(arguments, "LeaseTime"), id, insists: false);
        return Values("AddPinhole", ("UniqueID", id));
    }

    private byte[] ChangePinhole(string action, Dictionary<string, string> arguments)
    {
        SimulatedLease? lease = leases.All.FirstOrDefault(lease => lease.Id == arguments["UniqueID"]);
        if (lease is null)
        {
            return Error(704);
        }

        if (action == "DeletePinhole")
        {
            return Remove(lease, action);
        }

        leases.Grant(PortMappingProtocols.Upnp, lease.Internal, lease.ExternalPort, (uint)Number(arguments, "NewLeaseTime"), lease.Id, insists: false);
        return Values(action);
    }

    [GeneratedRegex("""SOAPAction: ".*#(\w+)["]""", RegexOptions.IgnoreCase)]
    private static partial Regex ActionName();

    [GeneratedRegex(@"<(\w+)>([^<]*)</\1>")]
    private static partial Regex Argument();
}
