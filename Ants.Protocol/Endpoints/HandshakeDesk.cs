using System.Diagnostics.CodeAnalysis;
using Ants.Crypto;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// The handshakes of an endpoint, begun here and read when they come; <see cref="AnswerDesk"/> answers them. When both ends of a pair begin one, that of the lower id goes on:
/// its owner sets the other aside, and the other end answers it and lets its own rest. Nothing of what a peer's message 1
/// causes takes effect before the peer has proved that it is live.
/// </summary>
internal sealed class HandshakeDesk
{
    private readonly Endpoint _endpoint;
    private readonly AgentIdentity _identity;
    private readonly EntropySource _entropy;
    private readonly SessionDirectory _directory;
    private readonly Outbox _outbox;
    private readonly EndpointCounters _counters;
    private readonly bool _announcesIdentity;

    // Somebody with a wrong address tries every few seconds; more than this are scanners.
    private readonly TokenBucket _announcements = new(perSecond: 20, burst: 100);
    private readonly IncomingHandshakes _incoming;
    private readonly EarlyDesk _early;
    private readonly Initiations _initiations = new();
    private readonly RequestQueue _requests = new();
    private readonly ConfirmedTimestamps _confirmed = new();
    private readonly AnswerDesk _answers;
    private Instant _now;

    public HandshakeDesk(Endpoint endpoint, AgentIdentity identity, EntropySource entropy, SessionDirectory directory, Outbox outbox,
        EndpointCounters counters, bool announcesIdentity)
    {
        (_endpoint, _identity, _entropy, _directory) = (endpoint, identity, entropy, directory);
        (_outbox, _counters, _announcesIdentity) = (outbox, counters, announcesIdentity);
        _incoming = new IncomingHandshakes(identity, Endpoint.Label.ToArray(), entropy, counters);
        _early = new EarlyDesk(endpoint, _incoming, counters);
        _answers = new AnswerDesk(endpoint, entropy, directory, _initiations, _incoming, _early, _requests, outbox);
    }

    public Instant NextTimeout => _initiations.NextTimeout;

    /// <summary>Handshakes of peers that are remembered, half-received ones included.</summary>
    public int Held => _incoming.Count;

    /// <summary>Begins the handshake of <paramref name="session"/>.</summary>
    public void Begin(Session session, TimeSpan unixTime)
    {
        SessionInitiator handshake = new(_identity, session.Peer, Endpoint.Label, _entropy);
        (IssuedConnectionId First, IssuedConnectionId Probe) local = _answers.Issue(session);

        // A clock that was set back must not make our messages look like replays of older ones.
        _answers.NewestOwn = Math.Max(_answers.NewestOwn + 1, (ulong)(unixTime.Ticks / TimeSpan.TicksPerMicrosecond));
        InitiatorHello hello = new()
        {
            Versions = [HandshakePiece.Version],
            Timestamp = _answers.NewestOwn,
            Suites = session.Options.Suites,
            FirstPath = local.First,
            ProbePath = local.Probe,
            Parameters = session.Options.Parameters,
        };
        byte[] message = handshake.WriteMessage1(hello.Encode((byte)_endpoint.NextRandom()));
        _initiations.Add(new Initiation(session, _endpoint.NextRandom(), handshake, message, local));
    }

    public void AddVia(Instant now, Session session, CarrierAddress via) => _initiations.Find(session)?.AddVia(now, via);

    public void Hurry(Instant now, Session session) => _initiations.Find(session)?.Hurry(now);

    public bool IsInitiating(Session session) => _initiations.Find(session) is not null;

    /// <summary>Who says to be at the address that a connecting session calls, instead of its peer; null for nobody.</summary>
    public AgentId? FindImpostor(Session session) => _initiations.Find(session)?.Impostor;

    /// <summary>See <see cref="Endpoint.AllowEarlyData"/>.</summary>
    public void AllowEarlyData(TimeSpan unixTime) => _early.Allow(unixTime);

    /// <summary>See <see cref="Endpoint.SendEarly"/>.</summary>
    public void SendEarly(Session session, ulong streamId) => _initiations.Find(session)?.SendEarly(streamId);

    /// <summary>A session needs its handshake no more: it is over, or was given up.</summary>
    public void End(Session session)
    {
        session.Keys?.Request?.Early?.Dispose();
        if (_initiations.Remove(session))
        {
            _requests.Resume(_now, session.Peer);
        }
    }

    /// <summary>A session stands: what crossed its handshake has no purpose any more.</summary>
    public void OnEstablished(Instant now, Session session, ulong? timestamp)
    {
        _initiations.Remove(session);
        session.Keys?.OnProved();
        _requests.Void(session.Peer);
        if (timestamp is { } proved)
        {
            _confirmed.Confirm(now, session.Peer, proved);
        }
    }

    public void HandleTimeout(Instant now)
    {
        _now = now;
        _initiations.HandleTimeout(now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out CarrierAddress to, out int length) =>
        _initiations.TryPollTransmit(buffer, out to, out length);

    /// <summary>See <see cref="Endpoint.Accept"/>.</summary>
    public Session? Accept(Instant now, HandshakeRequest request, SessionOptions options, TimeSpan? unixTime) =>
        _answers.Accept(now, request, options, unixTime);

    /// <summary>See <see cref="Endpoint.Refuse"/>.</summary>
    public void Refuse(HandshakeRequest request, SessionErrorCode code, string reason) => _answers.Refuse(request, code, reason);

    public bool TryPollRequest([NotNullWhen(true)] out HandshakeRequest? request) => _requests.TryTake(out request);

    public void HandleDatagram(Instant now, CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        _now = now;
        if (IdentityNotice.TryRead(datagram, out ulong exchange, out AgentId other))
        {
            OnIdentity(from, exchange, other);
        }
        else if (CookieNotice.TryRead(datagram, out exchange, out ReadOnlySpan<byte> cookie))
        {
            OnCookie(now, from, exchange, cookie, datagram);
        }
        else if (EarlyDatagram.TryRead(datagram, out EarlyDatagram early))
        {
            _early.Handle(now, from, early);
        }
        else if (!HandshakePiece.TryRead(datagram, out HandshakePiece piece))
        {
            _counters.BadHandshakes++;
        }
        else if (piece.From == HandshakeRole.Initiator && piece.IsFor(_endpoint.Id))
        {
            HandleInitiator(now, from, piece, datagram.Length);
        }
        else if (piece.From == HandshakeRole.Responder && _initiations.TryGet(piece.ExchangeId, out Initiation? initiation)
            && piece.IsFor(initiation.Session.Peer))
        {
            if (initiation.TryReceive(now, from, piece, out SessionSecrets? secrets, out ResponderHello? hello, out TimeSpan? roundTrip))
            {
                Complete(now, initiation, hello, secrets, from, roundTrip);
                secrets.Dispose();
            }
        }
        else
        {
            _counters.BadHandshakes++;
            Announce(now, from, piece, datagram.Length);
        }
    }

    private void OnIdentity(CarrierAddress from, ulong exchange, AgentId other)
    {
        if (_initiations.TryGet(exchange, out Initiation? initiation) && initiation.IsVia(from) && other != initiation.Session.Peer)
        {
            initiation.Impostor = other;
        }
        else
        {
            _counters.BadHandshakes++;
        }
    }

    private void OnCookie(Instant now, CarrierAddress from, ulong exchange, ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> datagram)
    {
        if (_initiations.TryGet(exchange, out Initiation? initiation) && CookieNotice.IsFrom(initiation.Session.Peer, datagram))
        {
            initiation.TakeCookie(now, from, cookie);
        }
        else
        {
            _counters.BadHandshakes++;
        }
    }

    /// <summary>Tells whoever began a handshake with somebody else here who we are, in less than it has sent.</summary>
    private void Announce(Instant now, CarrierAddress from, in HandshakePiece piece, int length)
    {
        if (_announcesIdentity && piece.From == HandshakeRole.Initiator && length > IdentityNotice.Length
            && from.Kind != CarrierKind.Relayed && _announcements.TryTake(now))
        {
            Span<byte> notice = stackalloc byte[IdentityNotice.Length];
            IdentityNotice.Write(notice, piece.ExchangeId, _endpoint.Id);
            _outbox.Add(from, notice);
        }
    }

    private void HandleInitiator(Instant now, CarrierAddress from, in HandshakePiece piece, int length)
    {
        if (!_incoming.TryAdmit(now, piece, from, length, _outbox.Add))
        {
            return;
        }

        HandshakeRequest? request = _incoming.TryReceive(piece, from, length, out HandshakeRequest? known);
        request ??= known is { State: RequestState.New or RequestState.Deferred } ? known : null;
        if (known is { State: RequestState.Waiting } && !known.IsOpen(now))
        {
            request = known;
        }

        if (request is null)
        {
            _incoming.Resend(piece.ExchangeId, from, _outbox.Add);
        }
        else if (request.Peer == _endpoint.Id || !_confirmed.IsNews(now, request.Peer, request.Hello.Timestamp)
            || _early.IsSpent(request))
        {
            request.State = RequestState.Void;
            _counters.Replays++;
        }
        else if (_answers.OwnGoesFirst(request.Peer))
        {
            _requests.Defer(request);
            if (_directory.TryGet(request.Peer, out Session? own))
            {
                _initiations.Find(own)?.Learn(now, from, length);
            }
        }
        else
        {
            _requests.Add(now, request);
        }
    }

    private void Complete(Instant now, Initiation initiation, ResponderHello? hello, SessionSecrets secrets, CarrierAddress from,
        TimeSpan? roundTrip)
    {
        Session session = initiation.Session;
        if (session.State is not (SessionState.Connecting or SessionState.Unconfirmed))
        {
            return;
        }

        if (hello is null || (hello.Refusal == 0 && !IsOffered(session, hello)))
        {
            End(session);
            session.Abort(new SessionEnd(SessionEndCause.ProtocolViolation, SessionErrorCode.TransportParameter,
                "the peer chose a suite or version that was not offered"));
            return;
        }

        if (hello.Refusal != 0)
        {
            End(session);
            session.Abort(new SessionEnd(SessionEndCause.Refused, (SessionErrorCode)hello.Refusal, hello.Reason));
            return;
        }

        if (hello.NewestOwn > 0)
        {
            _confirmed.Confirm(now, session.Peer, hello.NewestOwn);
        }

        session.Start(now, new SessionKeys
        {
            IsInitiator = true,
            Sending = new SendingKeys(secrets.CreateSealingKeys(hello.Suite), session.Options, now),
            Receiving = new ReceivingKeys(secrets.CreateOpeningKeys(hello.Suite)),
            Local = initiation.Local,
            Peer = (hello.FirstPath, hello.ProbePath),
            PeerParameters = hello.Parameters.ShareWith(session.Options.Parameters),
            Via = from,
            RoundTrip = roundTrip,
        });
        _endpoint.Wake(session);
    }

    /// <summary>
    /// The suite and version are of our offer, and the responder's list names no better version in common: it stands in the
    /// transcript, so nobody can have talked the two down.
    /// </summary>
    private static bool IsOffered(Session session, ResponderHello hello) => session.Options.Suites.Contains((byte)hello.Suite)
        && CipherSuites.IsUsable(hello.Suite)
        && hello.Version == HandshakePiece.Version && hello.Versions.Contains(HandshakePiece.Version);
}
