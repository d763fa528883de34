using System.Net;
using System.Net.Sockets;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>The receiving end of all yardsticks, at one TCP port and the UDP port of the same number. One measurement at a time.</summary>
internal sealed class YardstickServer(int port)
{
    /// <summary>Serves until <paramref name="stop"/>.</summary>
    /// <param name="listening">Called when it can be reached.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Action listening, CancellationToken stop)
    {
        using TcpListener listener = new(IPAddress.Any, port);
        listener.Start();
        listening();
        while (!stop.IsCancellationRequested)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync(stop);
            client.NoDelay = true;
            try
            {
                await ServeAsync(client.GetStream(), stop);
            }
            catch (IOException)
            {
                // The sending end has what it wanted and is gone.
                continue;
            }
        }
    }

    private async Task ServeAsync(NetworkStream connection, CancellationToken stop)
    {
        if (await Request.ReadAsync(connection, stop) is not { } request)
        {
            return;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(request.Limit);
        try
        {
            await ServeAsync(connection, request, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The sending end gives up too.
            return;
        }
    }

    private Task ServeAsync(NetworkStream connection, Request request, CancellationToken ct) => ((Yardstick)request.Way, request.Work) switch
    {
        (Yardstick.Tcp, Work.Bulk) => StreamBulk.ReceiveAsync(connection, new ByteWindow(request.Length), ct),
        (Yardstick.Tls, Work.Bulk) => OverTlsAsync(connection, tls => StreamBulk.ReceiveAsync(tls, new ByteWindow(request.Length), ct), ct),
        (Yardstick.Tls, Work.Echo) => OverTlsAsync(connection, tls => StreamEcho.AnswerAsync(tls, ct), ct),
        (Yardstick.Datagrams, Work.Bulk) => ReceiveDatagramsAsync(connection, new ByteWindow(request.Length), ct),
        (Yardstick.Datagrams, Work.Echo) => AnswerDatagramsAsync(connection, ct),
        _ => throw new IOException($"There is no yardstick {request.Way} for {request.Work}."),
    };

    private static async Task OverTlsAsync(NetworkStream connection, Func<Stream, Task> work, CancellationToken ct)
    {
        await using Stream tls = await TlsEnds.AcceptAsync(connection, ct);
        await work(tls);
    }

    private async Task ReceiveDatagramsAsync(NetworkStream connection, ByteWindow received, CancellationToken ct)
    {
        byte[] secret = SealedDatagrams.NewSecret();
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, port));
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task receiving = SealedDatagrams.ReceiveAsync(socket, secret, received, enough.Token);
        await connection.WriteAsync(secret, ct);
        await (await received.Closed.WaitAsync(ct)).WriteAsync(connection, ct);
        await enough.CancelAsync();
        await receiving;
    }

    private async Task AnswerDatagramsAsync(NetworkStream connection, CancellationToken ct)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task answering = DatagramEcho.AnswerAsync(socket, enough.Token);
        await connection.WriteAsync(new byte[1], ct);

        // Until the other end closes the connection.
        await connection.CopyToAsync(Stream.Null, ct);
        await enough.CancelAsync();
        await answering;
    }
}
