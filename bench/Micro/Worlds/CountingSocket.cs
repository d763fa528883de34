using System.Net;
using System.Net.Sockets;

namespace Ants.Bench.Micro.Worlds;

/// <summary>A socket that takes all that is sent at once, keeps nothing of it, and never receives.</summary>
internal sealed class CountingSocket : IDatagramSocket
{
    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 41641);

    public long ReceiveErrors => 0;

    /// <summary>Bytes that were sent.</summary>
    public long Bytes { get; private set; }

    public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
    {
        Bytes += payload.Length;
        return SocketError.Success;
    }

    public void Dispose()
    {
        // There is nothing behind it.
    }
}
