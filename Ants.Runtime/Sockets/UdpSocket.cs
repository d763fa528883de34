using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Ants.Sockets;

/// <summary>
/// The UDP socket of every system that .NET runs on: one call per datagram. It allocates nothing per datagram.
/// </summary>
internal sealed class UdpSocket : IDatagramSocket
{
    // Receives that fail in a row, after which the system is taken to have closed the socket under us, as a phone does to
    // a sleeping program. (A peer can cause errors of this kind on no system that the socket is set up for.)
    private const int MaxErrorsInARow = 64;

    private readonly Socket _socket;
    private readonly SocketAddress _received;
    private readonly SourceAddressCache _sources = new();
    private readonly DestinationAddressCache _destinations;
    private long _receiveErrors;
    private int _errorsInARow;

    private UdpSocket(Socket socket)
    {
        _socket = socket;
        _received = new SocketAddress(socket.AddressFamily);
        bool dualMode = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        _destinations = new DestinationAddressCache(socket.AddressFamily, dualMode);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public SocketBuffers? Buffers => SocketSetup.BuffersOf(_socket);

    /// <inheritdoc/>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    /// <inheritdoc cref="SocketSetup.Bind"/>
    public static UdpSocket Bind(IPEndPoint local) => new(SocketSetup.Bind(local));

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        while (_errorsInARow < MaxErrorsInARow)
        {
            try
            {
                _received.Size = _received.Buffer.Length;
                int length = await _socket.ReceiveFromAsync(
                    batch.FreeSlot(), SocketFlags.None, _received, cancellationToken);
                _errorsInARow = 0;
                Accept(batch, length);
                Drain(batch);
            }
            catch (SocketException e) when (e.SocketErrorCode is not SocketError.OperationAborted)
            {
                Interlocked.Increment(ref _receiveErrors);
                _errorsInARow++;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return false;
            }

            if (batch.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentSize);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfZero(destination.Port);
        if (_destinations.Resolve(destination) is not SocketAddress address)
        {
            return SocketError.AddressFamilyNotSupported;
        }

        try
        {
            for (; payload.Length > segmentSize; payload = payload[segmentSize..])
            {
                _socket.SendTo(payload[..segmentSize], SocketFlags.None, address);
            }

            _socket.SendTo(payload, SocketFlags.None, address);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Available asks the system for the size of the next datagram (FIONREAD), so that no receive is tried in vain: one
    // that finds nothing throws. An empty datagram also reads as zero, and then waits for the next call.
    private void Drain(DatagramBatch batch)
    {
        while (batch.Count < batch.Capacity && _socket.Available > 0)
        {
            _received.Size = _received.Buffer.Length;
            int length = _socket.ReceiveFrom(batch.FreeSlot().Span, SocketFlags.None, _received);
            Accept(batch, length);
        }
    }

    private void Accept(DatagramBatch batch, int length)
    {
        // Linux cuts a longer datagram silently, so one that fills its slot counts as too long.
        if (length < DatagramBatch.SlotSize && _sources.Resolve(_received) is IPEndPoint source)
        {
            batch.Commit(length, source);
        }
        else
        {
            Interlocked.Increment(ref _receiveErrors);
        }
    }
}
