using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Ants.Crypto;

namespace Ants.Tests.Unit.Runtime;

/// <summary>The machine's loopback with packets no larger than Ethernet's, counted.</summary>
internal sealed class EthernetLoopback : AntsNetwork
{
    // 1,500 bytes less the headers of IPv4 and UDP.
    private const int LargestDatagram = 1472;

    private long _sent;

    /// <summary>Datagrams that were sent by all sockets.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public override TimeProvider Time => System.Time;

    public override PipeScheduler Scheduler => System.Scheduler;

    public override EntropySource Entropy => System.Entropy;

    public override IDatagramSocket Bind(IPEndPoint local) => new CountedSocket(this, System.Bind(local));

    public override IReadOnlyList<IPAddress> LocalAddresses() => [IPAddress.Loopback];

    private sealed class CountedSocket(EthernetLoopback network, IDatagramSocket inner) : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

        public long ReceiveErrors => inner.ReceiveErrors;

        public DatagramBatch CreateBatch() => inner.CreateBatch();

        public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken) => inner.ReceiveAsync(batch, cancellationToken);

        public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
        {
            if (Math.Min(payload.Length, segmentSize) > LargestDatagram)
            {
                return SocketError.MessageSize;
            }

            Interlocked.Add(ref network._sent, (payload.Length + segmentSize - 1) / segmentSize);
            return inner.Send(payload, segmentSize, destination);
        }

        public void Dispose() => inner.Dispose();
    }
}
