using System.Diagnostics.CodeAnalysis;
using Ants.Crypto;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// All sessions of one identity: finds the session of each datagram, answers handshakes and strangers, keeps at most one
/// session a peer, and says what to send when. Pure, like what it holds.
/// </summary>
internal sealed class Endpoint : ISessionHost
{
    /// <summary>The start of the prologue: whoever speaks another protocol or version fails the handshake.</summary>
    public static ReadOnlySpan<byte> Label => "ants session 1"u8;

    // A session with much to send hands over after this many packets, one batch of a driver.
    private const int PacketsPerTurn = 32;

    // Twenty resets a second tell enough peers of a restart, and are no use to a flood.
    private readonly TokenBucket _resets = new(perSecond: 20, burst: 100);
    private readonly AgentIdentity _identity;
    private readonly EntropySource _entropy;
    private readonly ConnectionTable _connections;
    private readonly IncomingHandshakes _incoming;
    private readonly SessionSchedule _schedule = new();
    private readonly Outbox _outbox = new();
    private readonly Dictionary<AgentId, Session> _sessions = [];
    private readonly Dictionary<ulong, Initiation> _initiations = [];
    private readonly Queue<HandshakeRequest> _requests = new();
    private readonly byte[] _scratch = new byte[PacketSize.MaxDatagram];
    private Instant _now;
    private ulong _lastTimestamp;
    private int _turn;

    public Endpoint(AgentIdentity identity, EntropySource entropy)
    {
        _identity = identity;
        _entropy = entropy;
        _connections = new ConnectionTable(identity.DeriveSecret("ants reset tokens"u8), entropy);
        _incoming = new IncomingHandshakes(identity, Label.ToArray());
    }

    public AgentId Id => _identity.Id;

    public EndpointCounters Counters { get; } = new();

    /// <summary>When <see cref="HandleTimeout"/> is to be called; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant next = _schedule.NextTimeout ?? Instant.Never;
            foreach (Initiation initiation in _initiations.Values)
            {
                next = Instant.Min(next, initiation.NextTimeout ?? Instant.Never);
            }

            return next == Instant.Never ? null : next;
        }
    }

    /// <summary>The session with <paramref name="peer"/>, connecting or established.</summary>
    public bool TryGetSession(AgentId peer, [NotNullWhen(true)] out Session? session) => _sessions.TryGetValue(peer, out session);

    /// <summary>
    /// Begins a session with <paramref name="peer"/>, who must not be this identity and have no session that is alive. Add carriers by
    /// <see cref="AddVia"/>. <paramref name="unixTime"/> is since 1970 and goes into message 1.
    /// </summary>
    public Session Connect(AgentId peer, TimeSpan unixTime, SessionOptions options)
    {
        Session session = Register(new Session(this, Id, peer, options));
        _sessions[peer] = session;
        SessionInitiator handshake = new(_identity, peer, Label, _entropy);
        (IssuedConnectionId First, IssuedConnectionId Probe) local = (Issue(session, 0), Issue(session, ProbePath.PathId));

        // A clock that was set back must not make our messages look like replays of older ones.
        _lastTimestamp = Math.Max(_lastTimestamp + 1, (ulong)(unixTime.Ticks / TimeSpan.TicksPerMicrosecond));
        InitiatorHello hello = new()
        {
            Versions = [HandshakePiece.Version],
            Timestamp = _lastTimestamp,
            Suites = CipherSuites.Offer.ToArray(),
            FirstPath = local.First,
            ProbePath = local.Probe,
            Parameters = options.Parameters,
        };
        byte[] message = handshake.WriteMessage1(hello.Encode((byte)NextRandom()));
        ulong exchange = NextRandom();
        _initiations.Add(exchange, new Initiation(session, exchange, handshake, message, local));
        return session;
    }

    /// <summary>Tries a connecting session over one more carrier.</summary>
    public void AddVia(Instant now, Session session, CarrierAddress via) => FindInitiation(session)?.AddVia(now, via);

    /// <summary>Takes a datagram from a carrier. Whatever it is, nothing throws.</summary>
    public void HandleDatagram(Instant now, CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        _now = now;
        if (datagram.Length > PacketSize.MaxDatagram)
        {
            Counters.Garbage++;
        }
        else if (HandshakePiece.IsHandshake(datagram))
        {
            HandleHandshake(now, from, datagram);
        }
        else if (PacketHeader.TryRead(datagram, out PacketHeader header))
        {
            HandlePacket(now, from, header, datagram);
        }
        else
        {
            Counters.Garbage++;
        }
    }

    /// <summary>A carrier refused a datagram to <paramref name="to"/>: whoever has a path there hears it.</summary>
    public void OnSendError(Instant now, CarrierAddress to)
    {
        foreach (Session session in _sessions.Values)
        {
            session.OnSendError(now, to);
        }
    }

    /// <summary>Does what is due by <paramref name="now"/>.</summary>
    public void HandleTimeout(Instant now)
    {
        while (_schedule.TryTakeDue(now, out Session? session))
        {
            session!.HandleTimeout(now);
            _schedule.Wake(session);
        }

        foreach (Initiation initiation in _initiations.Values)
        {
            initiation.HandleTimeout(now);
        }
    }

    /// <summary>Writes the next datagram that is due into <paramref name="buffer"/> (at least 1,500 bytes); false when there is none.</summary>
    public bool TryPollTransmit(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        if (_outbox.TryTake(buffer, out to, out length))
        {
            return true;
        }

        foreach (Initiation initiation in _initiations.Values)
        {
            if (initiation.TryPollTransmit(buffer, out to, out length))
            {
                return true;
            }
        }

        while (_schedule.TryPeekSending(out Session? session))
        {
            if (session!.TryPollTransmit(now, buffer, out to, out length))
            {
                if (++_turn % PacketsPerTurn == 0)
                {
                    _schedule.RotateSending();
                }

                return true;
            }

            _schedule.FinishSending();
        }

        return false;
    }

    /// <summary>The next thing that a session has to tell; false when there is none.</summary>
    public bool TryPollEvent([NotNullWhen(true)] out Session? session, out SessionEvent e)
    {
        while (_schedule.TryPeekTelling(out session))
        {
            if (session!.TryPollEvent(out e))
            {
                OnEvent(session, e);
                return true;
            }

            _schedule.FinishTelling();
            if (session.State == SessionState.Closed)
            {
                Forget(session);
            }
        }

        e = default;
        return false;
    }

    /// <summary>The next peer that asks for a session; answer it by <see cref="Accept"/> or <see cref="Refuse"/>.</summary>
    public bool TryPollRequest([NotNullWhen(true)] out HandshakeRequest? request) => _requests.TryDequeue(out request);

    /// <summary>
    /// Answers yes. Returns the session, which takes effect when the peer has shown that it is live; null when our own
    /// handshake with the same peer has won meanwhile, or no cipher suite is shared.
    /// </summary>
    public Session? Accept(Instant now, HandshakeRequest request, SessionOptions options)
    {
        if (request.Answer is not null || !CipherSuites.TryChoose(request.Hello.Suites, out CipherSuite suite)
            || !TryYield(request.Peer, options, out Session? session))
        {
            return null;
        }

        session ??= Register(new Session(this, Id, request.Peer, options));
        (IssuedConnectionId First, IssuedConnectionId Probe) local = (Issue(session, 0), Issue(session, ProbePath.PathId));
        ResponderHello hello = new()
        {
            Version = HandshakePiece.Version,
            Versions = request.Hello.Versions,
            Suite = suite,
            FirstPath = local.First,
            ProbePath = local.Probe,
            Parameters = options.Parameters,
        };
        request.Answer = request.Responder.WriteMessage2(hello.Encode((byte)NextRandom()), _entropy, out SessionSecrets secrets);
        session.Start(now, new SessionKeys
        {
            IsInitiator = false,
            Sealer = secrets.CreateSealer(suite),
            Opener = secrets.CreateOpener(suite),
            Local = local,
            Peer = (request.Hello.FirstPath, request.Hello.ProbePath),
            PeerParameters = request.Hello.Parameters,
            Via = request.From,
        });
        secrets.Dispose();
        _schedule.Wake(session);
        SendAnswer(request);
        return session;
    }

    /// <summary>Answers no, with a reason that the peer's owner will read.</summary>
    public void Refuse(HandshakeRequest request, SessionErrorCode code, string reason)
    {
        if (request.Answer is not null)
        {
            return;
        }

        ResponderHello hello = new()
        {
            Version = HandshakePiece.Version,
            Versions = request.Hello.Versions,
            Refusal = (ulong)code,
            Reason = reason,
        };
        request.Answer = request.Responder.WriteMessage2(hello.Encode(0), _entropy, out SessionSecrets secrets);
        secrets.Dispose();
        SendAnswer(request);
    }

    /// <summary>Who answered in the place of the peer that a connecting session calls, as it says itself; null when nobody did.</summary>
    public AgentId? FindImpostor(Session session) => FindInitiation(session)?.Impostor;

    /// <summary>Gives a session up without telling the peer: nobody waits for it any more, or it cannot be reached.</summary>
    public void Abandon(Session session, SessionEnd end)
    {
        RemoveInitiation(session);
        session.Abort(end);
    }

    /// <summary>Ends a session and tells the peer.</summary>
    public void Close(Instant now, Session session, SessionErrorCode code, string reason)
    {
        RemoveInitiation(session);
        session.Close(now, code, reason);
        _schedule.Wake(session);
    }

    /// <inheritdoc/>
    public ulong NextRandom() => _connections.NextRandom();

    /// <inheritdoc/>
    public IssuedConnectionId Issue(Session session, uint pathId) => _connections.Issue(session, pathId);

    /// <inheritdoc/>
    public void ExpectReset(Session session, UInt128 token) => _connections.ExpectReset(session, token);

    /// <inheritdoc/>
    public void ForgetReset(UInt128 token) => _connections.ForgetReset(token);

    /// <inheritdoc/>
    public void Wake(Session session) => _schedule.Wake(session);

    private void HandlePacket(Instant now, CarrierAddress from, in PacketHeader header, ReadOnlySpan<byte> datagram)
    {
        if (_connections.TryFind(header.Destination, out Session session, out uint pathId))
        {
            if (!session.TryReceive(now, pathId, header, datagram, from, _scratch))
            {
                Counters.Unauthentic++;
            }

            return;
        }

        Counters.UnknownConnectionIds++;
        if (_connections.FindByToken(StatelessReset.ReadToken(datagram)) is { } restarted)
        {
            restarted.Abort(new SessionEnd(SessionEndCause.PeerRestarted, SessionErrorCode.None, "the peer restarted and no longer knows the session"));
            return;
        }

        int size = StatelessReset.SizeFor(datagram.Length);
        if (size > 0 && _resets.TryTake(now))
        {
            Span<byte> reset = stackalloc byte[size];
            _entropy.Fill(reset);
            StatelessReset.Write(reset, _connections.TokenFor(header.Destination));
            _outbox.Add(from, reset);
            Counters.ResetsSent++;
        }
    }

    private void HandleHandshake(Instant now, CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!HandshakePiece.TryRead(datagram, out HandshakePiece piece))
        {
            Counters.BadHandshakes++;
        }
        else if (piece.From == HandshakeRole.Initiator)
        {
            HandleInitiator(from, piece, datagram.Length);
        }
        else if (_initiations.TryGetValue(piece.ExchangeId, out Initiation? initiation) && piece.IsFor(initiation.Session.Peer))
        {
            if (initiation.TryReceive(now, piece, out ResponderHello? hello, out SessionSecrets? secrets, out TimeSpan? roundTrip))
            {
                Complete(now, initiation, hello!, secrets!, from, roundTrip);
            }
        }
        else
        {
            Counters.BadHandshakes++;
        }
    }

    private void HandleInitiator(CarrierAddress from, in HandshakePiece piece, int length)
    {
        if (!piece.IsFor(Id))
        {
            Counters.BadHandshakes++;
            return;
        }

        if (_incoming.TryReceive(piece, from, length, out _) is not { } request)
        {
            _incoming.Resend(piece.ExchangeId, from, _outbox.Add);
            return;
        }

        // Glare: of two handshakes of a pair, that of the lower id goes on. The other side will answer ours.
        if (!OwnHandshakeWins(request.Peer) && request.Peer != Id)
        {
            _requests.Enqueue(request);
        }
    }

    private void Complete(Instant now, Initiation initiation, ResponderHello hello, SessionSecrets secrets, CarrierAddress from,
        TimeSpan? roundTrip)
    {
        Session session = initiation.Session;
        RemoveInitiation(session);
        if (hello.Refusal != 0)
        {
            session.Abort(new SessionEnd(SessionEndCause.Refused, (SessionErrorCode)hello.Refusal, hello.Reason));
        }
        else if (!CipherSuites.IsUsable(hello.Suite) || hello.Version != HandshakePiece.Version)
        {
            session.Abort(new SessionEnd(SessionEndCause.ProtocolViolation, SessionErrorCode.TransportParameter,
                "the peer chose a suite or version that was not offered"));
        }
        else
        {
            session.Start(now, new SessionKeys
            {
                IsInitiator = true,
                Sealer = secrets.CreateSealer(hello.Suite),
                Opener = secrets.CreateOpener(hello.Suite),
                Local = initiation.Local,
                Peer = (hello.FirstPath, hello.ProbePath),
                PeerParameters = hello.Parameters,
                Via = from,
                RoundTrip = roundTrip,
            });
        }

        secrets.Dispose();
        _schedule.Wake(session);
    }

    private bool OwnHandshakeWins(AgentId peer) =>
        Id < peer && _sessions.TryGetValue(peer, out Session? session) && FindInitiation(session) is not null;

    /// <summary>False when our own handshake with the peer wins; otherwise gives the session that began one and yields.</summary>
    private bool TryYield(AgentId peer, SessionOptions options, out Session? session)
    {
        session = null;
        if (OwnHandshakeWins(peer))
        {
            return false;
        }

        if (_sessions.TryGetValue(peer, out Session? connecting) && FindInitiation(connecting) is not null && connecting.Options == options)
        {
            RemoveInitiation(connecting);
            session = connecting;
        }

        return true;
    }

    private void SendAnswer(HandshakeRequest request)
    {
        foreach ((ulong exchange, CarrierAddress from) in _incoming.ExchangesOf(request))
        {
            _incoming.Resend(exchange, from, _outbox.Add);
        }
    }

    /// <summary>One session a peer: one that has proved itself live takes the place of an older one.</summary>
    private void OnEvent(Session session, in SessionEvent e)
    {
        if (e.Kind != SessionEventKind.Established)
        {
            return;
        }

        if (_sessions.TryGetValue(session.Peer, out Session? older) && older != session)
        {
            RemoveInitiation(older);

            // Told, since the older one may be held by another process with the same key, which must not just call again.
            older.Close(_now, SessionEndCause.PeerRestarted, SessionErrorCode.Superseded, "the peer began a new session");
            _schedule.Wake(older);
        }

        _sessions[session.Peer] = session;
    }

    private Session Register(Session session)
    {
        _schedule.Add(session);
        return session;
    }

    private void Forget(Session session)
    {
        _connections.Remove(session);
        _schedule.Remove(session);
        if (_sessions.TryGetValue(session.Peer, out Session? current) && current == session)
        {
            _sessions.Remove(session.Peer);
        }
    }

    private Initiation? FindInitiation(Session session) =>
        _initiations.Values.FirstOrDefault(initiation => initiation.Session == session);

    private void RemoveInitiation(Session session)
    {
        if (FindInitiation(session) is { } initiation)
        {
            _initiations.Remove(initiation.ExchangeId);
            initiation.Dispose();
        }
    }
}
