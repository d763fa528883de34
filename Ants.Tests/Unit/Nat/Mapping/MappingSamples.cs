using System.Net;
using System.Text;
using Ants.Nat;

namespace Ants.Tests.Unit.Nat;

/// <summary>What routers said, as it was recorded: miniupnpd 2.3.1 unless something else is named.</summary>
internal static class MappingSamples
{
    public static readonly NetworkGateway Gateway = new(IPAddress.Parse("10.1.0.1"), IPAddress.Parse("10.1.0.10"), 24);

    public static readonly MappingTarget Target = new(Gateway, 41000, TimeSpan.FromMinutes(10), "abcdefghijkl"u8.ToArray(), 51000);

    public static readonly IPEndPoint Pcp = new(Gateway.Router, 5351), Ssdp = new(Gateway.Router, 1900), External = IPEndPoint.Parse("11.0.113.100:41000");

    /// <summary>Of a mapping of port 41000 for 600 s, 2 s after the start.</summary>
    public static readonly byte[] PcpMapped = Convert.FromHexString(
        "0281000000000258000000020000000000000000000000006162636465666768696A6B6C11000000A028A02800000000000000000000FFFF0B007164");

    public static readonly byte[] PcpAnnounce = Convert.FromHexString("028000000000000000000003000000000000000000000000");

    public static readonly byte[] NatPmpAddress = Convert.FromHexString("00800000000000010B007164");

    public static readonly byte[] NatPmpMapped = Convert.FromHexString("0081000000000002A028A02800000258");

    public static readonly byte[] SsdpFound = Ascii("""
        HTTP/1.1 200 OK
        CACHE-CONTROL: max-age=120
        ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1
        USN: uuid:00000000-0000-0000-0000-000000000001::urn:schemas-upnp-org:device:InternetGatewayDevice:1
        EXT:
        SERVER: Debian/6.18.44-fc-v669 UPnP/1.1 MiniUPnPd/2.3.1
        LOCATION: http://10.1.0.1:34547/rootDesc.xml
        OPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01
        01-NLS: 1795630358
        BOOTID.UPNP.ORG: 1795630358
        CONFIGID.UPNP.ORG: 1337


        """);

    public const string Description =
        """<?xml version="1.0"?>""" + "\n"
        + """<root xmlns="urn:schemas-upnp-org:device-1-0" configId="1337"><specVersion><major>1</major><minor>1</minor></specVersion><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:2</deviceType><friendlyName>Debian router</friendlyName>"""
        + """<serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><serviceId>urn:upnp-org:serviceId:L3Forwarding1</serviceId><SCPDURL>/L3F.xml</SCPDURL><controlURL>/ctl/L3F</controlURL><eventSubURL>/evt/L3F</eventSubURL></service></serviceList>"""
        + """<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:2</deviceType><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1</serviceType><controlURL>/ctl/CmnIfCfg</controlURL></service></serviceList>"""
        + """<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:2</deviceType><serviceList>"""
        + """<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:2</serviceType><serviceId>urn:upnp-org:serviceId:WANIPConn1</serviceId><SCPDURL>/WANIPCn.xml</SCPDURL><controlURL>/ctl/IPConn</controlURL><eventSubURL>/evt/IPConn</eventSubURL></service>"""
        + """<service><serviceType>urn:schemas-upnp-org:service:WANIPv6FirewallControl:1</serviceType><serviceId>urn:upnp-org:serviceId:WANIPv6Firewall1</serviceId><SCPDURL>/WANIP6FC.xml</SCPDURL><controlURL>/ctl/IP6FCtl</controlURL></service>"""
        + """</serviceList></device></deviceList></device></deviceList><presentationURL>http://10.1.0.1/</presentationURL></device></root>""";

    /// <summary>A SOAP answer with values.</summary>
    public static string Soap(string inner) =>
        $"""
        <?xml version="1.0"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:XResponse xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:2">{inner}</u:XResponse></s:Body></s:Envelope>
        """;

    /// <summary>A SOAP fault with a UPnP error.</summary>
    public static string Fault(int code) =>
        $"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>{code}</errorCode><errorDescription>X</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>""";

    public static HttpAnswer Answer(string body, int status = 200) => new(status, Encoding.UTF8.GetBytes(body));

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n"));
}
