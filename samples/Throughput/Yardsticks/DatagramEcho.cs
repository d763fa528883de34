using System.Net;
using System.Net.Sockets;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>Small plain datagrams there and back: what a .NET program gets from a UDP socket.</summary>
internal static class DatagramEcho
{
    /// <summary>Measures how long they take.</summary>
    public static async Task<Figure> SendAsync(IPEndPoint to, TimeSpan length, Action opened, CancellationToken ct)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(to, ct);
        byte[] there = Pattern.At(0, Latencies.MessageSize).ToArray(), back = new byte[there.Length];
        return await Latencies.MeasureAsync(length, Round, opened);

        async ValueTask Round()
        {
            await socket.SendAsync(there, ct);
            await socket.ReceiveAsync(back, ct);
        }
    }

    /// <summary>Sends back what comes, until <paramref name="ct"/> is cancelled.</summary>
    public static async Task AnswerAsync(Socket socket, CancellationToken ct)
    {
        byte[] buffer = new byte[Latencies.MessageSize];
        SocketAddress from = new(socket.AddressFamily);
        try
        {
            while (true)
            {
                int count = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, ct);
                await socket.SendToAsync(buffer.AsMemory(0, count), SocketFlags.None, from, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The other end has measured enough.
            return;
        }
    }
}
