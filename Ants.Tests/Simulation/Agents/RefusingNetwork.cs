using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Ants.Crypto;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A host's network whose sockets fail sends, as a real one does with what an ICMP message or a local rule caused.</summary>
internal sealed class RefusingNetwork(AntsNetwork inner) : AntsNetwork
{
    /// <summary>What a send to an address returns instead of sending; null sends.</summary>
    public Func<IPEndPoint, SocketError?> Refuse { get; set; } = _ => null;

    public int Refused { get; private set; }

    public override TimeProvider Time => inner.Time;

    public override PipeScheduler Scheduler => inner.Scheduler;

    public override EntropySource Entropy => inner.Entropy;

    public override IDatagramSocket Bind(IPEndPoint local) => new Socket(this, inner.Bind(local));

    public override IReadOnlyList<IPAddress> LocalAddresses() => inner.LocalAddresses();

    private sealed class Socket(RefusingNetwork network, IDatagramSocket socket) : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

        public long ReceiveErrors => socket.ReceiveErrors;

        public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken) => socket.ReceiveAsync(batch, cancellationToken);

        public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
        {
            if (network.Refuse(destination) is { } error)
            {
                network.Refused++;
                return error;
            }

            return socket.Send(payload, segmentSize, destination);
        }

        public void Dispose() => socket.Dispose();
    }
}
