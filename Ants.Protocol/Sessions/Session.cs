using Ants.Protocol.Observing;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// One end of an encrypted session with one peer, over one or more paths. A facade: packets, frames, streams, recovery
/// and paths have owners of their own. Pure: it acts only when called, and time is an argument.
/// </summary>
/// <remarks>
/// Call order: <see cref="TryReceive"/> or <see cref="HandleTimeout"/> or an operation, then <see cref="TryPollTransmit"/>
/// until false, <see cref="TryPollEvent"/> until false, then wait until <see cref="NextTimeout"/>.
/// </remarks>
internal sealed class Session
{
    // What a socket's buffer takes of packets before it drops.
    private const int DatagramCapacity = 256;

    private readonly ISessionHost _host;
    private readonly ReliableFrames _reliable = new();
    private readonly DatagramQueue _outgoing = new(DatagramCapacity);
    private readonly DatagramQueue _incoming = new(DatagramCapacity * 4);
    private readonly SessionEvents _events = new();
    private readonly PacketAssembler _assembler;
    private readonly FrameFates _fates;
    private readonly PathFailover _failover;
    private readonly PathMigration _migration;
    private readonly PathTimers _timers;
    private readonly Dormancy _dormancy;
    private readonly IdleTimer _idle;
    private AddressProber? _prober;
    private PacketReceiver? _receiver;
    private SessionClosing? _closing;
    private Instant _startedAt;
    private Instant? _deadline;

    public Session(ISessionHost host, AgentId local, AgentId peer, SessionOptions options)
    {
        _host = host;
        Options = options;
        Peer = peer;
        Streams = new StreamSet(opensEven: local < peer, options.Parameters.ToStreamLimits());
        Paths = new PathSet(this, host, _reliable, options);
        _fates = new FrameFates(Streams, _reliable, Paths, host.Counters);
        _failover = new PathFailover(Paths, _fates);
        _migration = new PathMigration(Paths, host, _fates);
        _timers = new PathTimers(options, Paths, _failover, _migration, _fates);
        _dormancy = new Dormancy(options, Paths);
        _idle = new IdleTimer(options.Parameters.IdleTimeout);
        _assembler = new PacketAssembler(options, Paths, Streams, _reliable, _outgoing);
    }

    public AgentId Peer { get; }

    /// <summary>Where the endpoint's schedule keeps what it knows of the session; nobody else's.</summary>
    public object? Turn { get; set; }

    public SessionState State { get; private set; }

    public SessionOptions Options { get; }

    /// <summary>The streams; call <see cref="ISessionHost.Wake"/> after an operation on them.</summary>
    public StreamSet Streams { get; }

    public PathSet Paths { get; }

    /// <summary>Who hears everything; to be set before the start, null for nobody.</summary>
    public ISessionObserver? Observer { get => Paths.Observer; set => Paths.Observer = _events.Observer = value; }

    /// <summary>How the session ended; null while it has not.</summary>
    public SessionEnd? End { get; private set; }

    public bool IsInitiator => Keys?.IsInitiator ?? false;

    public bool IsOver => State is SessionState.Draining or SessionState.Closed;

    /// <summary>The smoothed round trip of the path in use.</summary>
    public TimeSpan RoundTrip => Paths.Active?.Rtt.Smoothed ?? RttEstimator.DefaultInitial;

    /// <summary>The longest DATAGRAM payload that fits a packet now; 0 while nothing can be sent.</summary>
    public int MaxDatagramPayload => Paths.Active is { } active && Keys is { } keys ? keys.MaxDatagramPayload(active) : 0;

    /// <summary>When <see cref="HandleTimeout"/> is to be called; null while there is nothing to wait for.</summary>
    public Instant? NextTimeout => SessionDeadlines.Next(this, Options, _assembler.PacedUntil, _deadline, State == SessionState.Established
        ? Instant.Min(_idle.Deadline, _dormancy.Deadline(_idle.LastReceived) ?? Instant.Never) : Instant.Never);

    /// <summary>What the handshake gave; null before it.</summary>
    public SessionKeys? Keys { get; private set; }

    /// <summary>
    /// The handshake is done. The initiator may send at once; the other side waits for the first packet. A session that
    /// still waits may be started anew: two handshakes of one pair can cross.
    /// </summary>
    public void Start(Instant now, SessionKeys keys)
    {
        Keys?.Withdraw(this, _host);
        Keys = keys;
        keys.Enter(this, _host);
        _idle.LastReceived = _startedAt = now;
        ProbePath probes = new(keys.Local.Probe, keys.Peer.Probe) { Observer = Observer };
        _prober = new AddressProber(_host, Paths, probes, _fates);
        FrameDispatcher dispatcher = new(this, Options, Paths, Streams, _incoming, keys.Sending, _prober, _failover, _migration, _fates);
        _receiver = new PacketReceiver(keys.Receiving, probes, Paths, dispatcher, _migration, _fates);
        _assembler.Start(keys, probes, _host);

        Paths.IsControlling = keys.IsInitiator;
        (Paths.PeerMaxAckDelay, Paths.PeerLeastAckDelay) = (keys.PeerParameters.MaxAckDelay, keys.PeerParameters.LeastAckDelay);
        _idle.OnPeerTimeout(keys.PeerParameters.IdleTimeout);
        if (keys.IsInitiator)
        {
            Path first = Paths.AddFirst(keys.Via, keys.Local.First, keys.Peer.First, keys.RoundTrip);
            first.ProbesOwed = 1;
            Establish(now, first);
        }
        else
        {
            Paths.Spares.AddFirst(keys.Local.First, keys.Peer.First);

            // Whoever goes on beginning anew does not keep an unproven session alive by it.
            _deadline = State == SessionState.Unconfirmed ? _deadline : now + SessionDeadlines.ConfirmWithin;
            State = SessionState.Unconfirmed;
        }
    }

    /// <summary>Takes a packet that carried one of this session's connection ids. True when it was authentic and new.</summary>
    public bool TryReceive(Instant now, uint pathId, in PacketHeader header, ReadOnlySpan<byte> datagram, CarrierAddress from,
        Span<byte> scratch)
    {
        // Nothing but a packet on the handshake's own path confirms the handshake.
        if (_receiver is null || State == SessionState.Closed || (State == SessionState.Unconfirmed && pathId != 0)
            || !_receiver.TryOpen(now, pathId, header, datagram, from, scratch, out ReceivedPacket packet))
        {
            return false;
        }

        _idle.LastReceived = now;
        if (State == SessionState.Draining)
        {
            _closing?.OnPacket();
        }
        else
        {
            Greet(now, packet);
            if (_receiver.Dispatch(now, packet) is { IsNone: false } fault)
            {
                Close(now, fault.Code, fault.Reason, SessionEndCause.ProtocolViolation);
            }
            else if (Keys!.IsExhausted)
            {
                Close(now, SessionErrorCode.KeyLimit, "the session's keys have protected as many packets as they may");
            }
        }

        _host.Wake(this);
        return true;
    }

    /// <summary>Does what is due by <paramref name="now"/>.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_deadline <= now || (State == SessionState.Established && _idle.Deadline <= now))
        {
            OnDeadline(now);
        }

        if (State != SessionState.Established)
        {
            return;
        }

        Keys!.Receiving.Forget(now);
        _timers.HandleTimeout(now, _idle.LastReceived);
        CheckDormancy(now);
    }

    /// <summary>Writes the next datagram that is due into <paramref name="buffer"/> (at least 1,500 bytes); false when there is none.</summary>
    public bool TryPollTransmit(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        to = default;
        length = 0;
        bool mayTalk = State == SessionState.Established || (State == SessionState.Unconfirmed && Keys!.HasEarly);
        bool any = mayTalk
            ? _assembler.TryAssemble(now, buffer, out to, out length)
            : State == SessionState.Draining && _closing?.TryAssemble(now, _assembler, buffer, out to, out length) == true;
        if (any && Streams.HasEvents)
        {
            // A stream has nothing left to send.
            _host.Wake(this);
        }

        return any;
    }

    /// <summary>The next thing that the owner should hear; false when there is none.</summary>
    public bool TryPollEvent(out SessionEvent e) => _events.TryTake(Streams, out e);

    public void Raise(in SessionEvent e)
    {
        _events.Add(e);
        _host.Wake(this);
    }

    /// <summary>Queues an unreliable payload; false when it is too long or the queue is full.</summary>
    public bool TrySendDatagram(ReadOnlySpan<byte> payload)
    {
        if (State != SessionState.Established || payload.Length > MaxDatagramPayload || !_outgoing.TryAdd(payload))
        {
            return false;
        }

        _host.Wake(this);
        return true;
    }

    /// <summary>Whether unreliable payloads wait to be sent.</summary>
    public bool HasDatagramsToSend => _outgoing.Count > 0;

    /// <summary>Moves a received payload to <paramref name="destination"/>; false when none waits.</summary>
    public bool TryTakeDatagram(Span<byte> destination, out int length) => _incoming.TryTake(destination, out length);

    /// <summary>Tells the peer where we may be reached, the first 16 addresses; replaces what was told before.</summary>
    public void SetCandidates(IReadOnlyList<WireCandidate> candidates)
    {
        _reliable.PutCandidates([.. candidates.Take(CandidatesFrame.MaxCandidates)]);
        _host.Wake(this);
    }

    /// <summary>Sends one small challenge to an address at which the peer may be reachable.</summary>
    public void Probe(CarrierAddress target)
    {
        if (State == SessionState.Established)
        {
            _prober?.Probe(target);
            _host.Wake(this);
        }
    }

    /// <summary>The local socket or a relay link refused a datagram to <paramref name="to"/>: its path is given up at once if another works.</summary>
    public void OnSendError(Instant now, CarrierAddress to)
    {
        if (State == SessionState.Established && _failover.TryOnSendError(now, to))
        {
            CheckDormancy(now);
        }
    }

    /// <summary>The peer may be reachable again: a relay's notice, a new link, a wake; or, where <paramref name="moved"/> says so, our own address changed.</summary>
    public void Revive(Instant now, Func<CarrierAddress, bool>? moved = null)
    {
        if (State is SessionState.Established or SessionState.Dormant)
        {
            Wake(now);
            _failover.TryAllAgain(now, moved);
            _host.Wake(this);
        }
    }

    /// <summary>Ends the session and tells the peer on every path that works. What the owner is told has <paramref name="cause"/>.</summary>
    public void Close(Instant now, SessionErrorCode code, string reason, SessionEndCause cause = SessionEndCause.Local)
    {
        if (IsOver)
        {
            return;
        }

        SessionEnd end = new(cause, code, reason);
        if (State != SessionState.Established)
        {
            Abort(end);
            return;
        }

        _closing = new SessionClosing(Paths, new CloseFrame((ulong)code, reason));
        Drain(now, end);
    }

    public void OnPeerClose(Instant now, in CloseFrame frame)
    {
        if (!IsOver)
        {
            Drain(now, new SessionEnd(SessionEndCause.Peer, (SessionErrorCode)frame.Code, frame.Reason));
        }
    }

    /// <summary>The session ends without a word to the peer: it has restarted, refused, or cannot be reached.</summary>
    public void Abort(SessionEnd end)
    {
        if (State == SessionState.Closed)
        {
            return;
        }

        bool told = State == SessionState.Draining;
        (State, _deadline) = (SessionState.Closed, null);
        Paths.Release();
        _outgoing.Clear();
        Keys?.Dispose();
        if (!told)
        {
            End = end;
            Raise(new SessionEvent(SessionEventKind.Closed) { End = end });
        }

        _host.Wake(this);
    }

    /// <summary>Gives memory back once the owner has heard the end.</summary>
    public void Release()
    {
        Streams.ReturnBlocks();
        _incoming.Clear();
    }

    private void Establish(Instant now, Path first)
    {
        (State, _deadline) = (SessionState.Established, null);
        Streams.ApplyPeerLimits(Keys!.PeerParameters.ToStreamLimits());
        _host.OnEstablished(now, this);
        Raise(new SessionEvent(SessionEventKind.Established));
        Paths.OnValidated(first);
        Paths.Spares.Provide();
    }

    /// <summary>Something authentic came: the peer is live.</summary>
    private void Greet(Instant now, in ReceivedPacket packet)
    {
        if (State == SessionState.Unconfirmed)
        {
            // From message 2 to the first packet: all that is known of the round trip, and far better than the default.
            packet.Path.Rtt.LearnInitial(now - _startedAt);
            bool proved = Keys!.Request?.HasProved(packet.From) ?? true;
            _migration.OnConfirmed(now, packet.Path, packet, proved);
            Establish(now, packet.Path);
        }

        Wake(now);
        if (_dormancy.End())
        {
            Raise(new SessionEvent(SessionEventKind.Revived));
        }
    }

    private void Wake(Instant now)
    {
        if (State == SessionState.Dormant)
        {
            (State, _deadline) = (SessionState.Established, null);
            _idle.LastReceived = now;
            _dormancy.Doubt(now);
        }
    }

    private void OnDeadline(Instant now)
    {
        if (State == SessionState.Established)
        {
            Close(now, SessionErrorCode.NoPath, "nothing was heard within the idle timeout", SessionEndCause.NoPath);
        }
        else if (State == SessionState.Unconfirmed && _host.IsInitiating(this))
        {
            // What overtook our own handshake was a replay, or its sender is gone. Ours still runs.
            Keys!.Withdraw(this, _host);
            (Keys, _receiver, _deadline, State) = (null, null, null, SessionState.Connecting);
        }
        else
        {
            Abort(End ?? SessionDeadlines.EndOf(State));
        }
    }

    private void CheckDormancy(Instant now)
    {
        if (State != SessionState.Established || !_dormancy.IsDue(now, _idle.LastReceived))
        {
            return;
        }

        if (Options.Linger == TimeSpan.Zero)
        {
            Abort(new SessionEnd(SessionEndCause.NoPath, SessionErrorCode.NoPath, "no path works any more"));
            return;
        }

        State = SessionState.Dormant;
        if (_dormancy.Begin(now))
        {
            Raise(new SessionEvent(SessionEventKind.Dormant));
        }

        _deadline = _dormancy.EndsAt;
    }

    private void Drain(Instant now, SessionEnd end)
    {
        (State, End, _deadline) = (SessionState.Draining, end, now + SessionClosing.DrainTime(Paths));
        Raise(new SessionEvent(SessionEventKind.Closed) { End = end });
    }
}
