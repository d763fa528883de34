using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ants.Tests.Lab.Probe;

/// <summary>
/// A UDP socket on standard input and output, to be placed in a host of the lab.
/// </summary>
/// <remarks>
/// With <c>6</c> as argument it is one of IPv6. Reads <c>bind PORT</c> (0 for any; answered <c>bound PORT</c>) and <c>send IP:PORT TEXT</c>; prints
/// <c>from IP:PORT TEXT</c> for each datagram received. Ends at the end of its input.
/// </remarks>
internal static class UdpProbe
{
    public const string Command = "udp-probe";

    /// <summary>The argument for IPv6.</summary>
    public const string IPv6 = "6";

    public static async Task<int> RunAsync(string[] args)
    {
        IPAddress any = args is [IPv6] ? IPAddress.IPv6Any : IPAddress.Any;
        using Socket socket = new(any.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using CancellationTokenSource end = new();
        TextWriter output = TextWriter.Synchronized(Console.Out);
        Task receiving = Task.CompletedTask;

        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', 3))
            {
                case ["bind", var port]:
                    socket.Bind(new IPEndPoint(any, int.Parse(port, CultureInfo.InvariantCulture)));
                    await output.WriteLineAsync($"bound {((IPEndPoint)socket.LocalEndPoint!).Port}");
                    receiving = ReceiveAsync(socket, any, output, end.Token);
                    break;
                case ["send", var to, var text]:
                    await socket.SendToAsync(Encoding.UTF8.GetBytes(text), IPEndPoint.Parse(to));
                    break;
                default:
                    await Console.Error.WriteLineAsync($"not understood: {line}");
                    return 2;
            }
        }

        await end.CancelAsync();
        await receiving;
        return 0;
    }

    private static async Task ReceiveAsync(Socket socket, IPAddress any, TextWriter output, CancellationToken end)
    {
        byte[] buffer = new byte[2048];
        while (!end.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(any, 0), end);
                await output.WriteLineAsync($"from {received.RemoteEndPoint} {Encoding.UTF8.GetString(buffer, 0, received.ReceivedBytes)}");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
