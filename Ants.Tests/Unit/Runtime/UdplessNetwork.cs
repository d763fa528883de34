using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ants.Crypto;

namespace Ants.Tests.Unit.Runtime;

/// <summary>The machine's network behind a firewall that drops all UDP, both ways.</summary>
internal sealed class UdplessNetwork : AntsNetwork
{
    public override TimeProvider Time => System.Time;

    public override PipeScheduler Scheduler => System.Scheduler;

    public override EntropySource Entropy => System.Entropy;

    public override IDatagramSocket Bind(IPEndPoint local) => new DeafSocket(System.Bind(local));

    public override IReadOnlyList<IPAddress> LocalAddresses() => System.LocalAddresses();

    public override Task<WebSocket> ConnectWebSocketAsync(WebSocketRequest request, CancellationToken cancellationToken = default) =>
        System.ConnectWebSocketAsync(request, cancellationToken);

    private sealed class DeafSocket(IDatagramSocket inner) : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

        public long ReceiveErrors => inner.ReceiveErrors;

        public async ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
        {
            while (await inner.ReceiveAsync(batch, cancellationToken))
            {
                batch.Clear();
            }

            return false;
        }

        public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination) => SocketError.Success;

        public void Dispose() => inner.Dispose();
    }
}
