using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ants.Bench.Bars.Routers;

/// <summary>
/// A process on a NAT of the lab that speaks PCP, NAT-PMP and UPnP badly, until its input ends. What it says is written here by hand, from the
/// RFCs, and shares nothing with the clients that it is to annoy.
/// </summary>
internal sealed class BadRouter(RouterMood mood, IPAddress address)
{
    // RFC 6887 section 19.1; UPnP Device Architecture 2.0 section 1.3.
    private const int PcpPort = 5351, SsdpPort = 1900;

    private const byte NatPmp = 0, ResponseBit = 0x80;
    private const int NatPmpNetworkFailure = 3, PcpNoResources = 8, PcpLength = 60;

    // For longer than an agent of the bar lives; as fast as one that wants to do harm cheaply.
    private static readonly TimeSpan s_floodFor = TimeSpan.FromSeconds(8);
    private const int FloodBurst = 100;
    private static readonly TimeSpan s_floodPause = TimeSpan.FromMilliseconds(10);

    private const string Gateway = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";

    private static readonly IPAddress s_group = IPAddress.Parse("239.255.255.250");

    private readonly HashSet<EndPoint> _flooded = [];
    private int _httpPort;

    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> RunAsync(RouterMood mood, IPAddress address)
    {
        BadRouter router = new(mood, address);
        using Socket pcp = Bind(PcpPort), ssdp = Bind(SsdpPort);
        ssdp.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(s_group, address));
        using TcpListener http = new(address, 0);
        http.Start();
        router._httpPort = ((IPEndPoint)http.LocalEndpoint).Port;
        _ = router.ServeAsync(pcp, router.AnswerMapping);
        _ = router.ServeAsync(ssdp, router.AnswerSearch);
        _ = router.ServeHttpAsync(http);
        Console.Out.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static Socket Bind(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    private async Task ServeAsync(Socket socket, Func<byte[], byte[]?> answer)
    {
        byte[] buffer = new byte[2048];
        while (true)
        {
            SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            if (answer(buffer[..received.ReceivedBytes]) is not { } response)
            {
                continue;
            }

            await socket.SendToAsync(response, received.RemoteEndPoint);
            if (mood == RouterMood.Floods && _flooded.Add(received.RemoteEndPoint))
            {
                _ = FloodAsync(socket, response, received.RemoteEndPoint);
            }
        }
    }

    /// <summary>What it said, over and over, every other time with a bit turned.</summary>
    private static async Task FloodAsync(Socket socket, byte[] response, EndPoint to)
    {
        long until = Environment.TickCount64 + (long)s_floodFor.TotalMilliseconds;
        byte[] damaged = [.. response];
        for (int sent = 0; Environment.TickCount64 < until; sent++)
        {
            damaged[sent % damaged.Length] ^= 1;
            socket.SendTo((sent & 1) == 0 ? response : damaged, to);
            if (sent % FloodBurst == 0)
            {
                await Task.Delay(s_floodPause);
            }
        }
    }

    private byte[]? AnswerMapping(byte[] request) => request switch
    {
        _ when mood == RouterMood.Hangs => null,
        [NatPmp, byte opcode, ..] => AnswerNatPmp(request, opcode),
        { Length: >= PcpLength } => AnswerPcp(request),
        _ => null,
    };

    /// <summary>RFC 6886 section 3.3.</summary>
    private byte[] AnswerNatPmp(byte[] request, byte opcode)
    {
        byte[] response = new byte[opcode == 0 ? 12 : 16];
        response[1] = (byte)(opcode | ResponseBit);
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(4), 1000);
        if (mood == RouterMood.Errors)
        {
            BinaryPrimitives.WriteUInt16BigEndian(response.AsSpan(2), NatPmpNetworkFailure);
        }
        else if (opcode == 0)
        {
            // Everybody's own.
            IPAddress.Loopback.TryWriteBytes(response.AsSpan(8), out _);
        }
        else
        {
            // The internal port, external port 0, for ever.
            request.AsSpan(4, 2).CopyTo(response.AsSpan(8));
            BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(12), uint.MaxValue);
        }

        return response;
    }

    /// <summary>RFC 6887 sections 7.2 and 11.1.</summary>
    private byte[] AnswerPcp(byte[] request)
    {
        byte[] response = request[..PcpLength];
        response[1] |= ResponseBit;
        response[2] = 0;
        response[3] = mood == RouterMood.Errors ? (byte)PcpNoResources : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(4), mood == RouterMood.Errors ? 30 : uint.MaxValue);
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(8), 1000);
        response.AsSpan(12, 12).Clear();
        if (mood == RouterMood.Lies)
        {
            // Port 0 of a group that nobody is.
            response.AsSpan(42, 2).Clear();
            s_group.MapToIPv6().TryWriteBytes(response.AsSpan(44), out _);
        }

        return response;
    }

    private byte[]? AnswerSearch(byte[] request)
    {
        // In real answers the ST is that of the question; a gateway may also say what it is.
        return !Encoding.ASCII.GetString(request).StartsWith("M-SEARCH", StringComparison.Ordinal) ? null : Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: {Gateway}\r\nUSN: uuid:1::{Gateway}\r\nEXT:\r\nSERVER: bad\r\n"
            + $"LOCATION: http://{address}:{_httpPort}/desc.xml\r\n\r\n");
    }

    private async Task ServeHttpAsync(TcpListener listener)
    {
        while (true)
        {
            _ = AnswerHttpAsync(await listener.AcceptTcpClientAsync());
        }
    }

    private async Task AnswerHttpAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            try
            {
                byte[] buffer = new byte[8192];
                int length = await stream.ReadAsync(buffer);
                string request = Encoding.ASCII.GetString(buffer, 0, length);
                await AnswerHttpAsync(stream, request.StartsWith("GET", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                // Who asked had enough of it.
            }
        }
    }

    private async Task AnswerHttpAsync(NetworkStream stream, bool isDescription)
    {
        switch (mood)
        {
            case RouterMood.Hangs:
                await stream.ReadExactlyAsync(new byte[1]);
                break;
            case RouterMood.Floods:
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<root>"u8.ToArray());
                byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<device>", 8192)));
                while (true)
                {
                    await stream.WriteAsync(more);
                }

            default:
                await stream.WriteAsync(Encoding.ASCII.GetBytes(isDescription ? Reply("200 OK", Description) : Reply("500 Internal Server Error", Fault)));
                break;
        }
    }

    private static string Reply(string status, string body) => $"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    // The liar's control address is somebody else's, who is not to be asked anything.
    private string Description => $"""
        <?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>{Gateway}</deviceType>
        <deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType><deviceList><device>
        <deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType><serviceList><service>
        <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
        <controlURL>{(mood == RouterMood.Lies ? "http://198.51.100.99/ctl" : "/ctl")}</controlURL></service></serviceList></device></deviceList></device></deviceList></device></root>
        """;

    private static string Fault => """
        <?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>
        <faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>501</errorCode>
        <errorDescription>Action Failed</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>
        """;
}
