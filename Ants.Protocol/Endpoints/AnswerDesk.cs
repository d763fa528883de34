using Ants.Crypto;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// The responder's part of an endpoint's handshakes: which session a peer's message 1 is for, and message 2. The session takes effect when
/// the peer has proved that it is live.
/// </summary>
internal sealed class AnswerDesk(
    Endpoint endpoint, EntropySource entropy, SessionDirectory directory, Initiations initiations, IncomingHandshakes incoming, EarlyDesk early,
    RequestQueue requests, Outbox outbox)
{
    /// <summary>The timestamp of the last message 1 of our own; a peer drops those that are older when it has our answer.</summary>
    public ulong NewestOwn { get; set; }

    /// <summary>The connection ids that a session begins with.</summary>
    public (IssuedConnectionId First, IssuedConnectionId Probe) Issue(Session session) =>
        (endpoint.Issue(session, 0), endpoint.Issue(session, ProbePath.PathId));

    /// <summary>Whether a handshake of our own with a peer is under way, and goes before the peer's.</summary>
    public bool OwnGoesFirst(AgentId peer) =>
        endpoint.Id < peer && directory.TryGet(peer, out Session? session) && initiations.Find(session) is not null;

    /// <summary>See <see cref="Endpoint.Accept"/>.</summary>
    public Session? Accept(Instant now, HandshakeRequest request, SessionOptions options, TimeSpan? unixTime)
    {
        if (!request.IsOpen(now))
        {
            return null;
        }

        if (OwnGoesFirst(request.Peer))
        {
            requests.Defer(request);
            return null;
        }

        if (!CipherSuites.TryChoose(request.Hello.Suites, out CipherSuite suite) || !request.Hello.Versions.Contains(HandshakePiece.Version))
        {
            Refuse(request, SessionErrorCode.TransportParameter, "no version or cipher suite in common");
            return null;
        }

        if (directory.TryGetUnproven(request.Peer, out SessionDirectory.Unproven unproven) && unproven.Timestamp >= request.Hello.Timestamp)
        {
            // Of two that have yet to prove themselves the later one is the peer's last word.
            request.State = RequestState.Void;
            return null;
        }

        Session session = SessionFor(request.Peer, options, unproven.Session);
        Answer(now, request, session, suite, unixTime);
        return session;
    }

    /// <summary>See <see cref="Endpoint.Refuse"/>.</summary>
    public void Refuse(HandshakeRequest request, SessionErrorCode code, string reason)
    {
        if (request.State != RequestState.Waiting)
        {
            return;
        }

        ResponderHello hello = new()
        {
            Version = HandshakePiece.Version,
            Versions = [HandshakePiece.Version],
            Refusal = (ulong)(code == SessionErrorCode.None ? SessionErrorCode.Refused : code),
            Reason = reason,
        };
        request.SetAnswer(request.Responder.WriteMessage2(hello.Encode(0), entropy, out SessionSecrets secrets));
        secrets.Dispose();
        SendAnswer(request);
    }

    private void Answer(Instant now, HandshakeRequest request, Session session, CipherSuite suite, TimeSpan? unixTime)
    {
        // Bytes that nobody has proved must not mix with those of another handshake.
        early.Open(now, request, session, session.State == SessionState.Connecting && initiations.Find(session) is null ? unixTime : null);
        (IssuedConnectionId First, IssuedConnectionId Probe) local = Issue(session);
        ResponderHello hello = new()
        {
            Version = HandshakePiece.Version,
            Versions = [HandshakePiece.Version],
            Suite = suite,
            NewestOwn = NewestOwn,
            FirstPath = local.First,
            ProbePath = local.Probe,
            Parameters = session.Options.Parameters,
        };
        byte[] message = request.Responder.WriteMessage2(hello.Encode((byte)endpoint.NextRandom()), entropy, out SessionSecrets secrets);
        request.SetAnswer(message);
        directory.SetUnproven(session, request.Hello.Timestamp);
        session.Start(now, new SessionKeys
        {
            IsInitiator = false,
            Sending = new SendingKeys(secrets.CreateSealingKeys(suite), session.Options, now),
            Receiving = new ReceivingKeys(secrets.CreateOpeningKeys(suite)),
            Local = local,
            Peer = (request.Hello.FirstPath, request.Hello.ProbePath),
            PeerParameters = request.Hello.Parameters.ShareWith(session.Options.Parameters),
            Via = request.From,
            Request = request,
        });
        secrets.Dispose();
        endpoint.Wake(session);
        SendAnswer(request);
        early.TakeHeld(now, request);
    }

    /// <summary>
    /// The session that a peer's handshake is for: the one that we were opening ourselves (whose handshake rests, and still
    /// counts if this one was only a replay), or one that waits for its proof, or a new one.
    /// </summary>
    private Session SessionFor(AgentId peer, SessionOptions options, Session? unproven)
    {
        if (directory.TryGet(peer, out Session? own) && initiations.Find(own) is not null)
        {
            return own;
        }

        return unproven is { State: SessionState.Unconfirmed, Keys.HasEarly: false } && unproven.Options == options ? unproven : endpoint.Register(peer, options);
    }

    private void SendAnswer(HandshakeRequest request)
    {
        foreach ((ulong exchange, CarrierAddress from) in incoming.ExchangesOf(request))
        {
            incoming.Resend(exchange, from, outbox.Add);
        }
    }
}
