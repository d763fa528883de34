using System.Net;
using Ants.Crypto;
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

    // A defect that a timer meets again at once must not take a whole core and fill the log: ten times a second is enough.
    private static readonly TimeSpan s_pauseAfterDefect = TimeSpan.FromMilliseconds(100);

    private readonly AntsNetwork _network;
    private readonly EnduringSocket _socket;
    private readonly IEndpointOwner _owner;
    private readonly ILogger _logger;
    private readonly Outlet _outlet;
    private readonly DriverTimer _timer;
    private readonly PostedWork _work;
    private readonly MessageIntake _messages;
    private readonly LoadNotice _load;
    private readonly LullWork _lull;
    private readonly ReceiveLoop _loop;
    private readonly Lock _gate = new();
    private readonly long _epoch;
    private Task _receiving = Task.CompletedTask;
    private Task? _disposal;
    private Instant _pausedUntil;
    private int _scheduled;
    private bool _isTurning, _isReceiving, _isDisposed;

    public EndpointDriver(AntsNetwork network, IDatagramSocket socket, AgentIdentity identity, IEndpointOwner owner, ILogger logger,
        bool announcesIdentity = false)
    {
        _network = network;
        _socket = new EnduringSocket(network, socket, logger) { Rebound = () => Post(owner.OnRebound) };
        _owner = owner;
        _logger = logger;
        _work = new PostedWork(OnDefect);
        _epoch = network.Time.GetTimestamp();
        _timer = new DriverTimer(network.Time, Schedule);
        Endpoint = new Endpoint(identity, network.Entropy, announcesIdentity);
        _outlet = new Outlet(Endpoint, owner, _socket, () => Now);
        _messages = new MessageIntake(Endpoint);
        _load = new LoadNotice(Endpoint.Counters, logger);
        _lull = new LullWork(OnDefect);
        _loop = new ReceiveLoop(_socket, _lull, logger) { Received = Run, Lulled = DoDeferred, MayEnd = IsDisposed };
        PortableNotice.Tell(logger);
    }

    /// <summary>The sessions. Only to be touched on the driver.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Monotonic time since the driver was made.</summary>
    public Instant Now => new(_network.Time.GetElapsedTime(_epoch).Ticks);

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Turns taken so far, those that writers took themselves, and wake-ups that were deferred; for tests.</summary>
    public long Turns { get; private set; }
    public long WritersTurns { get; private set; }
    public long Deferred { get; private set; }

    /// <summary>Begins to receive.</summary>
    public void Start() => _receiving = _loop.RunAsync();

    /// <summary>
    /// Has <paramref name="work"/> done on the driver, soon and in order. It is done after disposal too, when nothing is sent any
    /// more, so that nobody waits for it in vain.
    /// </summary>
    public void Post(Action work) => Post(static work => ((Action)work!)(), work);

    /// <summary>Like <see cref="Post(Action)"/>, without a closure.</summary>
    public void Post(Action<object?> work, object? state)
    {
        PostLazily(work, state);
        Schedule();
    }

    /// <summary>Like <see cref="Post(Action)"/>, for what nobody waits for: it is done in the next turn, whatever brings that.</summary>
    public void PostLazily(Action<object?> work, object? state) => _work.Add(work, state);

    /// <summary>
    /// On the driver: has <paramref name="work"/> done when nothing more has come in for a moment. False when what happens now did not come in by
    /// the socket, and nobody knows whether more will.
    /// </summary>
    public bool TryDefer(Action<object?> work, object? state)
    {
        bool defers = _isReceiving && FastPaths.Allow(FastPath.Wakes);
        if (defers)
        {
            _lull.Add(work, state, Now);
            Deferred++;
        }

        return defers;
    }

    /// <summary>
    /// Has a turn taken for what was posted lazily: at once on the caller's thread if nobody is on the driver, soon otherwise. As in
    /// <see cref="TryRun"/>, no code of the application's is called.
    /// </summary>
    public void Hurry()
    {
        if (!TryTurn(null, null, null))
        {
            Schedule();
        }
    }

    /// <summary>
    /// Does <paramref name="work"/> for <paramref name="session"/>, and what was posted before it, at once on the caller's thread, and sends what
    /// comes of it, if nobody is on the driver and the session waits for nothing: then a thread less has to wake up. False when it was not done.
    /// No request for a session is looked at meanwhile, so no code of the application's is called.
    /// </summary>
    public bool TryRun(Session session, Action<object?> work, object? state) => TryTurn(session, work, state);

    private bool TryTurn(Session? session, Action<object?>? work, object? state)
    {
        if (!FastPaths.Allow(FastPath.Writes) || !_gate.TryEnter())
        {
            return false;
        }

        try
        {
            if (_isTurning || _isDisposed || (session is not null && !IsIdle(session)))
            {
                return false;
            }

            _isTurning = true;
            WritersTurns += session is null ? 0 : 1;
            try
            {
                _work.DoAll();
                work?.Invoke(state);
                Exhaust(Now, takesRequests: false);
            }
#pragma warning disable CA1031 // As in a turn: a defect must not silence all sessions.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OnDefect(e);
            }

            _isTurning = false;
            SetTimer();
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    private static bool IsIdle(Session session) =>
        session is { State: SessionState.Established, Paths.Active.Recovery.HasAckElicitingInFlight: false };

    /// <summary>
    /// Has a message of packets taken: at once on the caller's thread if nobody is on the driver, soon otherwise. It is always told that
    /// it was, even after disposal.
    /// </summary>
    public void Deliver(IReceivedMessage message)
    {
        _messages.Add(message);
        if (!_gate.TryEnter())
        {
            Schedule();
            return;
        }

        try
        {
            Run(null);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>On the driver: sends a datagram of no session of this endpoint, such as STUN, or a packet that is forwarded.</summary>
    public void SendDatagram(IPEndPoint to, ReadOnlySpan<byte> datagram) => _outlet.Send(to, datagram);

    /// <summary>Does what has been posted, sends what is due (a CLOSE above all), and ends. Not to be called on the driver.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= StopAsync());
        }
    }

    private async Task StopAsync()
    {
        Run(null);
        _isDisposed = true;

        // Ends the receive that waits: its contract.
        _socket.Dispose();
        await _timer.DisposeAsync();
        await _receiving;
    }

    private bool IsDisposed()
    {
        lock (_gate)
        {
            return _isDisposed;
        }
    }

    private void DoDeferred()
    {
        lock (_gate)
        {
            _lull.DoAll();
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
            if (_isTurning)
            {
                // Somebody who was called in a turn runs what belongs to the next.
                Schedule();
                return;
            }

            _isTurning = true;
            Turns++;
            try
            {
                Turn(_isDisposed ? null : received);
            }
#pragma warning disable CA1031 // A defect in one turn must not silence all sessions; it is logged as what it is.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OnDefect(e);
            }

            _isTurning = _isReceiving = false;
            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (!_isDisposed)
        {
            Instant now = Now;
            Instant next = Instant.Min(Endpoint.NextTimeout ?? Instant.Never, _owner.NextTimeout ?? Instant.Never);
            _timer.Set(_pausedUntil > now ? _pausedUntil : next, now);
        }
    }

    private void Turn(DatagramBatch? received)
    {
        Instant now = Now;
        for (int i = 0; i < (received?.Count ?? 0); i++)
        {
            HandleDatagram(now, received![i], received.Source(i));
        }

        if (_isDisposed)
        {
            _messages.DropAll();
        }
        else
        {
            _messages.TakeAll(now);
        }

        if (Endpoint.NextTimeout <= now)
        {
            Endpoint.HandleTimeout(now);
        }

        if (_owner.NextTimeout <= now)
        {
            _owner.HandleTimeout(now);
        }

        _isReceiving = received is not null;
        Exhaust(now, takesRequests: true);
        if (_isReceiving)
        {
            _isReceiving = false;
            _lull.DoIfDue(now);
        }

        _load.Look(now);
    }

    /// <summary>
    /// Does what was posted, tells and sends until nothing is left, and flushes. Only where <paramref name="takesRequests"/> says so, requests
    /// for sessions are looked at.
    /// </summary>
    private void Exhaust(Instant now, bool takesRequests)
    {
        int round = 0;
        while (_work.DoAll() | (takesRequests && TellRequests()) | TellEvents() | Transmit(now))
        {
            if (++round == MaxRounds)
            {
                Schedule();
                break;
            }
        }

        _outlet.Flush();
        _owner.Flush();
    }

    private void HandleDatagram(Instant now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (!_owner.Admits(from))
        {
            Endpoint.Counters.Garbage++;
        }
        else if (datagram.Length > 0 && datagram[0] < 64)
        {
            // RFC 7983: what begins with 0 to 3 is STUN; sessions begin with 64 and above.
            _owner.TryHandleOther(datagram, from);
        }
        else if (!_owner.TryForward(now, datagram, from))
        {
            Endpoint.HandleDatagram(now, CarrierAddress.Udp(from), datagram);
        }
    }

    private bool TellRequests()
    {
        bool any = false;
        while (Endpoint.TryPollRequest(out HandshakeRequest? request))
        {
            any = true;
            _owner.OnRequest(request);
        }

        return any;
    }

    private bool TellEvents()
    {
        bool any = false;
        while (Endpoint.TryPollEvent(out Session? session, out SessionEvent e))
        {
            any = true;
            _owner.OnSessionEvent(session, e);
        }

        return any;
    }

    /// <summary>On the driver: hands what sessions have to send to their carriers; tells whether there was any.</summary>
    public bool Transmit(Instant now) => _outlet.Transmit(now);

    private void OnDefect(Exception e)
    {
        _pausedUntil = Now + s_pauseAfterDefect;
        LogDefect(e);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A defect in the driver; the datagram or event in hand is lost")]
    private partial void LogDefect(Exception exception);
}
