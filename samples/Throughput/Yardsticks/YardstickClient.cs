using System.Net;
using System.Net.Sockets;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>The sending end of one yardstick.</summary>
/// <param name="to">Where the receiving end can be reached, by TCP and UDP.</param>
/// <param name="request">What to measure.</param>
/// <param name="opened">Called when the warm-up is over.</param>
internal sealed class YardstickClient(IPEndPoint to, Request request, Action opened)
{
    /// <summary>Measures it.</summary>
    /// <exception cref="ThroughputException">It did not come about.</exception>
    public async Task<Figure> RunAsync(CancellationToken ct)
    {
        using TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(to, ct);
            NetworkStream connection = client.GetStream();
            await request.WriteAsync(connection, ct);
            return await MeasureAsync(connection, ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ThroughputException($"The yardstick at {to} failed: {e.Message}");
        }
    }

    private async Task<Figure> MeasureAsync(NetworkStream connection, CancellationToken ct)
    {
        ByteWindow sent = new(request.Length);
        _ = TellAsync(sent);
        switch ((Yardstick)request.Way, request.Work)
        {
            case (Yardstick.Tcp, Work.Bulk):
                return await StreamBulk.SendAsync(connection, sent, ct);
            case (Yardstick.Tls, Work.Bulk):
                await using (Stream tls = await TlsEnds.ConnectAsync(connection, ct))
                {
                    return await StreamBulk.SendAsync(tls, sent, ct);
                }

            case (Yardstick.Tls, Work.Echo):
                await using (Stream tls = await TlsEnds.ConnectAsync(connection, ct))
                {
                    return await StreamEcho.SendAsync(tls, request.Length, opened, ct);
                }

            case (Yardstick.Datagrams, Work.Bulk):
                return await SendDatagramsAsync(connection, sent, ct);
            case (Yardstick.Datagrams, Work.Echo):
                await connection.ReadExactlyAsync(new byte[1], ct);
                return await DatagramEcho.SendAsync(to, request.Length, opened, ct);
            default:
                throw new ThroughputException($"There is no yardstick {request.Way} for {request.Work}.");
        }
    }

    private async Task<Figure> SendDatagramsAsync(NetworkStream connection, ByteWindow sent, CancellationToken ct)
    {
        byte[] secret = new byte[SealedDatagrams.SecretSize];
        await connection.ReadExactlyAsync(secret, ct);
        Task<Figure> figure = sent.CompareAsync(connection, ct);
        await Task.Factory.StartNew(
            () => SealedDatagrams.Send(to, secret, sent, figure), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await figure;
    }

    private async Task TellAsync(ByteWindow sent)
    {
        await sent.Opened;
        opened();
    }
}
