using System.Net;
using System.Net.Sockets;

namespace Ants.Tests.Unit.Runtime.Driving;

/// <summary>A socket that has so many datagrams to receive at once, one after the other, and always says that there is more.</summary>
internal sealed class EagerSocket : IDatagramSocket
{
    private readonly TaskCompletionSource<bool> _disposed = new();
    private int _received;

    /// <summary>How many datagrams.</summary>
    public required int Datagrams { get; init; }

    /// <summary>What a receive says after the last of them, if not that it waits until this is disposed.</summary>
    public Task<bool>? AfterLast { get; init; }

    /// <summary>Called before each datagram.</summary>
    public Action OnReceive { get; set; } = static () => { };

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 7);

    public long ReceiveErrors => 0;

    public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        if (_received == Datagrams)
        {
            return new ValueTask<bool>(AfterLast ?? _disposed.Task);
        }

        _received++;
        OnReceive();
        return new ValueTask<bool>(batch.Add([1], LocalEndPoint));
    }

    public bool WaitBriefly(TimeSpan limit) => true;

    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination) => SocketError.Success;

    public void Dispose() => _disposed.TrySetResult(false);
}
