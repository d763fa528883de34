using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Ants.Driving;

/// <summary>
/// A socket that is bound again when the system ends it under us, as some do to a program that sleeps: to the same port, or to any if
/// that is gone.
/// </summary>
internal sealed partial class EnduringSocket(AntsNetwork network, IDatagramSocket first, ILogger logger) : IDatagramSocket
{
    // A socket that never receives anything before it ends is not ended by the system's whim: something is wrong for good.
    private const int MaxRebindsInVain = 8;

    private readonly Lock _gate = new();
    private volatile IDatagramSocket _socket = Tell(first, logger);
    private long _earlierErrors;
    private int _rebindsInVain;
    private bool _isDisposed;

    /// <summary>Told, on any thread, when another socket has taken the place of the one before.</summary>
    public Action? Rebound { get; set; }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <inheritdoc/>
    public long ReceiveErrors => Volatile.Read(ref _earlierErrors) + _socket.ReceiveErrors;

    /// <inheritdoc/>
    public SocketBuffers? Buffers => _socket.Buffers;

    /// <inheritdoc/>
    public DatagramBatch CreateBatch() => _socket.CreateBatch();

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
    {
        do
        {
            if (await _socket.ReceiveAsync(batch, cancellationToken))
            {
                _rebindsInVain = 0;
                return true;
            }
        }
        while (TryRebind());

        return false;
    }

    /// <inheritdoc/>
    public bool WaitBriefly(TimeSpan limit) => _socket.WaitBriefly(limit);

    /// <inheritdoc/>
    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination) =>
        _socket.Send(payload, segmentSize, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _socket.Dispose();
        }
    }

    /// <summary>Once for each socket: what is too small for its traffic shows as loss, and nowhere else.</summary>
    private static IDatagramSocket Tell(IDatagramSocket socket, ILogger logger)
    {
        if (socket.Buffers is { } buffers)
        {
            LogBuffers(logger, socket.LocalEndPoint, buffers.Asked, buffers.Receive, buffers.Send);
        }

        return socket;
    }

    private bool TryRebind()
    {
        lock (_gate)
        {
            if (_isDisposed || ++_rebindsInVain > MaxRebindsInVain)
            {
                return false;
            }

            IPEndPoint old = _socket.LocalEndPoint;
            Interlocked.Add(ref _earlierErrors, _socket.ReceiveErrors);
            _socket.Dispose();
            if ((Bind(old) ?? Bind(new IPEndPoint(old.Address, 0))) is not { } fresh)
            {
                return false;
            }

            _socket = Tell(fresh, logger);
            LogRebound(old, fresh.LocalEndPoint);
        }

        Rebound?.Invoke();
        return true;
    }

    private IDatagramSocket? Bind(IPEndPoint local)
    {
        try
        {
            return network.Bind(local);
        }
        catch (AntsException e)
        {
            LogNotRebound(local, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Bound {Local}: asked for buffers of {Asked} bytes, was granted {Receive} to receive and {Send} to send")]
    private static partial void LogBuffers(ILogger logger, IPEndPoint local, int asked, int receive, int send);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The system ended the socket {Old}; {Fresh} takes its place")]
    private partial void LogRebound(IPEndPoint old, IPEndPoint fresh);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The socket {Local} could not be bound again: {Reason}")]
    private partial void LogNotRebound(IPEndPoint local, string reason);
}
