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
    private readonly SessionLifetime _lifetime;
    private AddressProber? _prober;
    private PacketReceiver? _receiver;
    private Instant _startedAt;

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
        _lifetime = new SessionLifetime(this, host);
        _assembler = new PacketAssembler(options, Paths, Streams, _reliable, _outgoing);
    }

    public AgentId Peer { get; }

    /// <summary>Where the endpoint's schedule keeps what it knows of the session; nobody else's.</summary>
    public object? Turn { get; set; }

    public SessionState State => _lifetime.State;

    public SessionOptions Options { get; }

    /// <summary>The streams; call <see cref="ISessionHost.Wake"/> after an operation on them.</summary>
    public StreamSet Streams { get; }

    public PathSet Paths { get; }

    /// <summary>Who hears everything; to be set before the start, null for nobody.</summary>
    public ISessionObserver? Observer { get => Paths.Observer; set => Paths.Observer = _events.Observer = value; }

    /// <summary>How the session ended; null while it has not.</summary>
    public SessionEnd? End => _lifetime.End;

    public bool IsInitiator => Keys?.IsInitiator ?? false;

    public bool IsOver => _lifetime.IsOver;

    /// <summary>The smoothed round trip of the path in use.</summary>
    public TimeSpan RoundTrip => Paths.Active?.Rtt.Smoothed ?? RttEstimator.DefaultInitial;

    /// <summary>The longest DATAGRAM payload that fits a packet now; 0 while nothing can be sent.</summary>
    public int MaxDatagramPayload => Paths.Active is { } active && Keys is { } keys ? keys.MaxDatagramPayload(active) : 0;

    /// <summary>When <see cref="HandleTimeout"/> is to be called; null while there is nothing to wait for.</summary>
    public Instant? NextTimeout =>
        SessionDeadlines.Next(this, Options, _assembler.PacedUntil, _lifetime.Deadline, _lifetime.SilentUntil);

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
        _startedAt = now;
        _lifetime.OnStarted(now, keys.PeerParameters.IdleTimeout);
        ProbePath probes = new(keys.Local.Probe, keys.Peer.Probe) { Observer = Observer };
        _prober = new AddressProber(_host, Paths, probes, _fates);
        FrameDispatcher dispatcher = new(this, Options, Paths, Streams, _incoming, keys.Sending, _prober, _failover, _migration, _fates);
        _receiver = new PacketReceiver(keys.Receiving, probes, Paths, dispatcher, _migration, _fates);
        _assembler.Start(keys, probes, _host);

        Paths.IsControlling = keys.IsInitiator;
        (Paths.PeerMaxAckDelay, Paths.PeerLeastAckDelay) = (keys.PeerParameters.MaxAckDelay, keys.PeerParameters.LeastAckDelay);
        if (keys.IsInitiator)
        {
            Path first = Paths.AddFirst(keys.Via, keys.Local.First, keys.Peer.First, keys.RoundTrip);
            first.ProbesOwed = 1;
            Establish(now, first);
        }
        else
        {
            Paths.Spares.AddFirst(keys.Local.First, keys.Peer.First);
            _lifetime.AwaitProof(now);
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

        _lifetime.OnReceived(now);
        if (!IsOver)
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
        _lifetime.HandleTimeout(now);
        if (State != SessionState.Established)
        {
            return;
        }

        Keys!.Receiving.Forget(now);
        _timers.HandleTimeout(now, _lifetime.LastReceived);
        _lifetime.CheckDormancy(now);
    }

    /// <summary>Writes the next datagram that is due into <paramref name="buffer"/> (at least 1,500 bytes); false when there is none.</summary>
    public bool TryPollTransmit(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        to = default;
        length = 0;
        bool mayTalk = State == SessionState.Established || (State == SessionState.Unconfirmed && Keys!.HasEarly);
        bool any = mayTalk
            ? _assembler.TryAssemble(now, buffer, out to, out length)
            : _lifetime.TryAssembleClose(now, _assembler, buffer, out to, out length);
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
            _lifetime.CheckDormancy(now);
        }
    }

    /// <summary>The peer may be reachable again: a relay's notice, a new link, a wake; or, where <paramref name="moved"/> says so, our own address changed.</summary>
    public void Revive(Instant now, Func<CarrierAddress, bool>? moved = null)
    {
        if (State is SessionState.Established or SessionState.Dormant)
        {
            _lifetime.Wake(now);
            _failover.TryAllAgain(now, moved);
            _host.Wake(this);
        }
    }

    /// <summary>Ends the session and tells the peer on every path that works. What the owner is told has <paramref name="cause"/>.</summary>
    public void Close(Instant now, SessionErrorCode code, string reason, SessionEndCause cause = SessionEndCause.Local) =>
        _lifetime.Close(now, code, reason, cause);

    public void OnPeerClose(Instant now, in CloseFrame frame) => _lifetime.OnPeerClose(now, frame);

    /// <summary>The session ends without a word to the peer: it has restarted, refused, or cannot be reached.</summary>
    public void Abort(SessionEnd end) => _lifetime.Abort(end);

    /// <summary>Nothing is sent or opened any more: lets go of paths, keys and what waited to be sent.</summary>
    public void Cease()
    {
        Paths.Release();
        _outgoing.Clear();
        Keys?.Dispose();
    }

    /// <summary>The handshake that gave the keys has come to nothing; another one runs.</summary>
    public void ForgetHandshake()
    {
        Keys!.Withdraw(this, _host);
        (Keys, _receiver) = (null, null);
    }

    /// <summary>Gives memory back once the owner has heard the end.</summary>
    public void Release()
    {
        Streams.ReturnBlocks();
        _incoming.Clear();
    }

    private void Establish(Instant now, Path first)
    {
        _lifetime.Establish();
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

        _lifetime.OnLive(now);
    }
}
