using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>
/// A socket of a simulated host. Datagrams that arrive at one instant are received in one batch. It may be used from other
/// threads too, which hand their sends to the world.
/// </summary>
internal sealed class SimulatedSocket : IDatagramSocket, IPacketSink, IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private readonly ReceiveBuffer _buffer = new();
    private readonly World _world;
    private readonly PortBinding _binding;
    private readonly ActionEvent _wake;
    private ManualResetValueTaskSourceCore<bool> _receive;
    private CancellationTokenRegistration _cancellation;
    private DatagramBatch? _waiting;
    private bool _isDisposed;

    /// <summary>A socket bound to an address and port of a host.</summary>
    /// <exception cref="SocketException">The port is taken, or the host does not have the address.</exception>
    public SimulatedSocket(SimulatedHost host, IPEndPoint local)
    {
        _world = host.World.Clock;
        _wake = new ActionEvent(Wake);
        _binding = host.Ports.Bind(local, this);
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _binding.LocalEndPoint;

    /// <inheritdoc/>
    public long ReceiveErrors => _buffer.Oversized;

    /// <inheritdoc/>
    public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        short version;
        lock (_gate)
        {
            if (_waiting is not null)
            {
                throw new InvalidOperationException("A receive is waiting already: one at a time.");
            }

            batch.Clear();
            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<bool>(cancellationToken);
            }

            if (_isDisposed || _buffer.TryMoveTo(batch))
            {
                return new ValueTask<bool>(!_isDisposed);
            }

            _receive.Reset();
            version = _receive.Version;
            _waiting = batch;
        }

        // Outside the lock: a token that is cancelled meanwhile calls back here and now.
        _cancellation = cancellationToken.UnsafeRegister(static (socket, token) => ((SimulatedSocket)socket!).Cancel(token), this);
        return new ValueTask<bool>(this, version);
    }

    /// <inheritdoc/>
    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentSize);
        if (payload.IsEmpty || destination.Port == 0)
        {
            throw new ArgumentException(payload.IsEmpty ? "The payload is empty." : "The destination has no port.");
        }

        if (_isDisposed)
        {
            return SocketError.OperationAborted;
        }

        if (_world.IsForeignThread)
        {
            byte[] copy = payload.ToArray();
            IPEndPoint target = new(destination.Address, destination.Port);
            _world.Post(new WorkItem(() => { SendSegments(copy, segmentSize, target); }));
            return SocketError.Success;
        }

        return SendSegments(payload, segmentSize, destination);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DatagramBatch? waiting;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            waiting = _waiting;
            _waiting = null;
            _buffer.Clear();
        }

        if (_world.IsForeignThread)
        {
            _world.Post(new WorkItem(_binding.Close));
        }
        else
        {
            _binding.Close();
        }

        if (waiting is not null)
        {
            Complete(false);
        }
    }

    bool IPacketSink.HasRoom(int bytes)
    {
        lock (_gate)
        {
            return _buffer.HasRoom(bytes);
        }
    }

    void IPacketSink.Accept(ReadOnlySpan<byte> payload, IPEndPoint source)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _buffer.Add(payload, source);
        }

        // Behind whatever else arrives at this instant, so that it shares the batch.
        if (!_wake.IsQueued)
        {
            _world.Set(_wake, _world.Now);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _receive.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _receive.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _receive.OnCompleted(continuation, state, token, flags);

    private SocketError SendSegments(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination)
    {
        SocketError result = SocketError.Success;
        while (!payload.IsEmpty && result == SocketError.Success)
        {
            int length = Math.Min(segmentSize, payload.Length);
            result = _binding.Send(payload[..length], destination);
            payload = payload[length..];
        }

        return result;
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_waiting is null || !_buffer.TryMoveTo(_waiting))
            {
                return;
            }

            _waiting = null;
        }

        Complete(true);
    }

    private void Complete(bool hasDatagrams)
    {
        _cancellation.Unregister();
        _receive.SetResult(hasDatagrams);
    }

    private void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (_waiting is null)
            {
                return;
            }

            _waiting = null;
        }

        _receive.SetException(new OperationCanceledException(token));
    }
}
