using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Ants.Driving;

/// <summary>
/// Owns one socket and all sessions on it. Whatever happens (datagrams, a timer, work posted by others) is done under one
/// lock, to completion: datagrams in, timers, work, events, datagrams out. No other code touches the endpoint.
/// </summary>
internal sealed partial class EndpointDriver : IAsyncDisposable
{
    // A turn of work that makes work for itself ends some time; the rest waits behind what came in meanwhile.
    private const int MaxRounds = 64;

    private readonly AntsNetwork _network;
    private readonly IDatagramSocket _socket;
    private readonly IEndpointOwner _owner;
    private readonly ILogger _logger;
    private readonly SendBatch _batch;
    private readonly ITimer _timer;
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram];
    private readonly long _epoch;
    private Task _receiving = Task.CompletedTask;
    private int _scheduled;
    private bool _isDisposed;

    public EndpointDriver(AntsNetwork network, IDatagramSocket socket, AgentIdentity identity, IEndpointOwner owner, ILogger logger)
    {
        _network = network;
        _socket = socket;
        _owner = owner;
        _logger = logger;
        _batch = new SendBatch(socket);
        _epoch = network.Time.GetTimestamp();
        _timer = network.Time.CreateTimer(static driver => ((EndpointDriver)driver!).Schedule(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Endpoint = new Endpoint(identity, network.Entropy);
    }

    /// <summary>The sessions. Only to be touched on the driver.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Monotonic time since the driver was made.</summary>
    public Instant Now => new(_network.Time.GetElapsedTime(_epoch).Ticks);

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Begins to receive.</summary>
    public void Start() => _receiving = ReceiveAsync();

    /// <summary>Has <paramref name="work"/> done on the driver, soon and in order.</summary>
    public void Post(Action work)
    {
        _work.Enqueue(work);
        Schedule();
    }

    /// <summary>On the driver: sends a datagram of no session, such as STUN.</summary>
    public void SendDatagram(IPEndPoint to, ReadOnlySpan<byte> datagram) =>
        OnSent(_batch.Add(to, datagram, out IPEndPoint? failed), failed);

    /// <summary>Does what has been posted, sends what is due (a CLOSE above all), and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        Run(null);
        lock (_gate)
        {
            _isDisposed = true;
        }

        await _stop.CancelAsync();
        _socket.Dispose();
        await _timer.DisposeAsync();
        await _receiving;
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        DatagramBatch batch = new();
        try
        {
            while (await _socket.ReceiveAsync(batch, _stop.Token))
            {
                Run(batch);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The driver was disposed.
        }
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _network.Scheduler.Schedule(static driver => ((EndpointDriver)driver!).Run(null), this);
        }
    }

    private void Run(DatagramBatch? received)
    {
        lock (_gate)
        {
            Volatile.Write(ref _scheduled, 0);
            if (_isDisposed)
            {
                return;
            }

            try
            {
                Turn(received);
            }
#pragma warning disable CA1031 // A defect in one turn must not silence all sessions; it is logged as what it is.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogDefect(e);
            }

            ArmTimer();
        }
    }

    private void Turn(DatagramBatch? received)
    {
        Instant now = Now;
        for (int i = 0; i < (received?.Count ?? 0); i++)
        {
            HandleDatagram(now, received![i], received.Source(i));
        }

        if (Endpoint.NextTimeout <= now)
        {
            Endpoint.HandleTimeout(now);
        }

        if (_owner.NextTimeout <= now)
        {
            _owner.HandleTimeout(now);
        }

        for (int round = 0; round < MaxRounds; round++)
        {
            if (!(DoWork() | Tell() | Transmit(now)))
            {
                break;
            }
        }

        OnSent(_batch.Flush(out IPEndPoint? failed), failed);
    }

    private void HandleDatagram(Instant now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        // RFC 7983: what begins with 0 to 3 is STUN; sessions begin with 64 and above.
        if (datagram.Length > 0 && datagram[0] < 64)
        {
            _owner.TryHandleOther(datagram, from);
            return;
        }

        Endpoint.HandleDatagram(now, CarrierAddress.Udp(from), datagram);
    }

    private bool DoWork()
    {
        bool any = false;
        while (_work.TryDequeue(out Action? work))
        {
            any = true;
            work();
        }

        return any;
    }

    private bool Tell()
    {
        bool any = false;
        while (Endpoint.TryPollRequest(out HandshakeRequest? request))
        {
            any = true;
            _owner.OnRequest(request);
        }

        while (Endpoint.TryPollEvent(out Session? session, out SessionEvent e))
        {
            any = true;
            _owner.OnSessionEvent(session, e);
        }

        return any;
    }

    private bool Transmit(Instant now)
    {
        bool any = false;
        while (Endpoint.TryPollTransmit(now, _buffer, out CarrierAddress to, out int length))
        {
            any = true;
            ReadOnlySpan<byte> datagram = _buffer.AsSpan(0, length);
            if (to.Kind == CarrierKind.Udp)
            {
                OnSent(_batch.Add(to.EndPoint!, datagram, out IPEndPoint? failed), failed);
            }
            else if (!_owner.TrySendVia(to, datagram))
            {
                Endpoint.OnSendError(now, to);
            }
        }

        return any;
    }

    /// <summary>
    /// Errors of the local socket are evidence that a path is dead. Those that an ICMP message may have caused are not: anybody
    /// can forge one.
    /// </summary>
    private void OnSent(SocketError error, IPEndPoint? failed)
    {
        if (error is SocketError.NetworkUnreachable or SocketError.AccessDenied or SocketError.NetworkDown or SocketError.AddressNotAvailable)
        {
            Endpoint.OnSendError(Now, CarrierAddress.Udp(failed!));
        }
    }

    private void ArmTimer()
    {
        Instant next = Instant.Min(Endpoint.NextTimeout ?? Instant.Never, _owner.NextTimeout ?? Instant.Never);
        TimeSpan due = next == Instant.Never ? Timeout.InfiniteTimeSpan : next - Now;
        if (due < TimeSpan.Zero && due != Timeout.InfiniteTimeSpan)
        {
            due = TimeSpan.Zero;
        }

        // A timer of the system fires up to a millisecond early; rounded up, it never has to fire twice.
        _timer.Change(due == Timeout.InfiniteTimeSpan ? due : TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A defect in the driver; the datagram or event in hand is lost")]
    private partial void LogDefect(Exception exception);
}
