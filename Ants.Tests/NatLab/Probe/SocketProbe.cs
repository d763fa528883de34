using System.Net;
using System.Net.Sockets;

namespace Ants.Tests.Lab.Probe;

/// <summary>
/// The socket that agents use, on standard input and output, to be placed in a host of the lab.
/// </summary>
/// <remarks>
/// With an address as argument it is a connected socket of the system instead, which does hear of ICMP errors, for comparison.
/// Prints <c>bound PORT</c>; reads <c>send IP:PORT BYTES</c> and answers <c>sent ERROR</c>. Ends at the end of its input.
/// </remarks>
internal static class SocketProbe
{
    public const string Command = "socket-probe";

    public static async Task<int> RunAsync(string[] connected)
    {
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, 0));
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (connected.Length > 0)
        {
            await other.ConnectAsync(IPEndPoint.Parse(connected[0]));
        }

        Console.WriteLine($"bound {((other.LocalEndPoint as IPEndPoint) ?? socket.LocalEndPoint).Port}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            int length = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
            SocketError error = SocketError.Success;
            if (connected.Length > 0)
            {
                other.Send(new byte[length], SocketFlags.None, out error);
            }
            else
            {
                error = socket.Send(new byte[length], length, IPEndPoint.Parse(words[1]));
            }

            Console.WriteLine($"sent {error}");
        }

        return 0;
    }
}
