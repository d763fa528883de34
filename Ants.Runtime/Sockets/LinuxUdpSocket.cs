using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Ants.Sockets;

/// <summary>
/// The UDP socket of Linux: many datagrams in one call each way (recvmmsg, UDP_GRO, UDP_SEGMENT), which is what most of the cost of a
/// packet is otherwise. It allocates nothing per datagram. What a kernel does not take is sent one by one.
/// </summary>
internal sealed class LinuxUdpSocket : IDatagramSocket
{
    // Receives that fail in a row, after which the system is taken to have closed the socket under us.
    private const int MaxErrorsInARow = 64;

    private readonly Socket _socket;
    private readonly LinuxReceiver _receiver;
    private readonly LinuxSender _sender;
    private readonly LinuxReadiness _readiness;
    private readonly DestinationAddressCache _destinations;
    private DatagramBatch? _held;
    private int _taken;
    private long _receiveErrors;
    private int _errorsInARow;

    /// <summary>Over a bound socket, which it owns from now on.</summary>
    public LinuxUdpSocket(Socket socket)
    {
        _socket = socket;
        _receiver = new LinuxReceiver(socket);
        _sender = new LinuxSender(socket);
        _readiness = new LinuxReadiness(socket);
        bool dualMode = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        _destinations = new DestinationAddressCache(socket.AddressFamily, dualMode);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public SocketBuffers? Buffers => SocketSetup.BuffersOf(_socket);

    /// <inheritdoc/>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors) + _receiver.Refused;

    /// <summary>Whether runs of datagrams go out in one call: so until the system refuses one.</summary>
    public bool SendsRuns => _sender.TakesRuns;

    /// <inheritdoc cref="SocketSetup.Bind"/>
    public static LinuxUdpSocket Bind(IPEndPoint local) => new(SocketSetup.Bind(local));

    /// <inheritdoc/>
    public DatagramBatch CreateBatch() => LinuxReceiver.CreateBatch();

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
    {
        batch.Clear();
        cancellationToken.ThrowIfCancellationRequested();
        while (_errorsInARow < MaxErrorsInARow)
        {
            try
            {
                SocketError error = Receive(batch);
                if (batch.Count > 0)
                {
                    _errorsInARow = 0;
                    return true;
                }

                if (error == SocketError.WouldBlock)
                {
                    if (!await _readiness.WaitAsync(cancellationToken))
                    {
                        return false;
                    }
                }
                else if (error != SocketError.Success)
                {
                    Count();
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is not SocketError.OperationAborted)
            {
                Count();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return false;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool WaitBriefly(TimeSpan limit) => (_held is not null && _taken < _held.Count) || _readiness.WaitBriefly(limit);

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
            return _sender.Send(payload, segmentSize, address);
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _readiness.Dispose();
        _socket.Dispose();
    }

    /// <summary>
    /// A message of UDP_GRO that is cut is lost, so a batch that cannot take the largest is filled from one that can, bit by bit.
    /// </summary>
    private SocketError Receive(DatagramBatch batch)
    {
        if (_held is null && LinuxReceiver.Fits(batch))
        {
            return _receiver.Receive(batch);
        }

        _held ??= CreateBatch();
        SocketError error = SocketError.Success;
        if (_taken == _held.Count)
        {
            _taken = 0;
            _held.Clear();
            error = _receiver.Receive(_held);
        }

        while (_taken < _held.Count && batch.Add(_held[_taken], _held.Source(_taken)))
        {
            _taken++;
        }

        return error;
    }

    private void Count()
    {
        Interlocked.Increment(ref _receiveErrors);
        _errorsInARow++;
    }
}
