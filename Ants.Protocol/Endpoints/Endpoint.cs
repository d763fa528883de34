using System.Diagnostics.CodeAnalysis;
using Ants.Crypto;
using Ants.Protocol.Handshake;
using Ants.Protocol.Observing;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// All sessions of one identity: finds the session of each datagram, answers handshakes and strangers, keeps at most one
/// session a peer, and says what to send when. Pure, like what it holds.
/// </summary>
/// <remarks>
/// Call order: <see cref="HandleDatagram"/> or <see cref="HandleTimeout"/> or an operation, then <see cref="TryPollRequest"/>,
/// <see cref="TryPollEvent"/> and <see cref="TryPollTransmit"/> until all are false, then wait until <see cref="NextTimeout"/>.
/// </remarks>
internal sealed class Endpoint : ISessionHost
{
    /// <summary>The start of the prologue: whoever speaks another protocol or version fails the handshake.</summary>
    public static ReadOnlySpan<byte> Label => "ants session 1"u8;

    // A session with much to send hands over after this many packets, one batch of a driver.
    private const int PacketsPerTurn = 32;

    private readonly ConnectionTable _connections;
    private readonly HandshakeDesk _desk;
    private readonly ResetResponder _resets;
    private readonly AddressTable _addresses = new();
    private readonly SessionDirectory _directory = new();
    private readonly SessionSchedule _schedule = new();
    private readonly CarrierLimits _limits;
    private readonly Outbox _outbox = new();
    private readonly byte[] _scratch = new byte[PacketSize.MaxDatagram];
    private int _turn;

    /// <param name="identity">Whose sessions these are.</param>
    /// <param name="entropy">Of keys, ids and tokens.</param>
    /// <param name="announcesIdentity">
    /// Whether a handshake for another key is answered with our own: so that whoever has a wrong address of a relay hears what is
    /// wrong. Not for agents, whose keys are not for everybody who asks.
    /// </param>
    public Endpoint(AgentIdentity identity, EntropySource entropy, bool announcesIdentity = false)
    {
        Id = identity.Id;
        _connections = new ConnectionTable(identity.DeriveSecret("ants reset tokens"u8), entropy);
        _limits = new CarrierLimits(_schedule);
        _resets = new ResetResponder(_connections, entropy, _outbox);
        _desk = new HandshakeDesk(this, identity, entropy, _directory, _outbox, Counters, announcesIdentity);
    }

    public AgentId Id { get; }

    public EndpointCounters Counters { get; } = new();

    /// <summary>Makes the observer of a new session, or gives null; null for none at all.</summary>
    public Func<Session, ISessionObserver?>? Observe { get; set; }

    /// <summary>Where relays forward packets from.</summary>
    public KnownRelays Relays { get; } = new();

    /// <summary>When <see cref="HandleTimeout"/> is to be called; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant next = Instant.Min(_schedule.NextTimeout ?? Instant.Never, _desk.NextTimeout);
            return next == Instant.Never ? null : next;
        }
    }

    /// <summary>Sessions that are not forgotten yet, whatever their state.</summary>
    public int SessionCount => _schedule.Count;

    /// <summary>Handshakes of peers that are remembered, half-received ones included.</summary>
    public int HandshakesHeld => _desk.Held;

    /// <summary>The session with <paramref name="peer"/>, connecting or established.</summary>
    public bool TryGetSession(AgentId peer, [NotNullWhen(true)] out Session? session) => _directory.TryGet(peer, out session);

    /// <summary>
    /// Begins a session with <paramref name="peer"/>, who must not be this identity and have no session that is alive. Add carriers by
    /// <see cref="AddVia"/>. <paramref name="unixTime"/> is since 1970 and goes into message 1.
    /// </summary>
    public Session Connect(AgentId peer, TimeSpan unixTime, SessionOptions options)
    {
        Session session = Register(peer, options);
        _directory.SetCurrent(session);
        _desk.Begin(session, unixTime);
        return session;
    }

    /// <summary>Tries a connecting session over one more carrier.</summary>
    public void AddVia(Instant now, Session session, CarrierAddress via) => _desk.AddVia(now, session, via);

    /// <summary>The peer of a connecting session is said to be there now: its handshake goes out again at once.</summary>
    public void Hurry(Instant now, Session session) => _desk.Hurry(now, session);

    /// <summary>
    /// Takes a datagram from a carrier. Whatever it is, nothing throws. Returns the session for which it was an authentic and new
    /// packet; null when it was anything else.
    /// </summary>
    public Session? HandleDatagram(Instant now, CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        bool isTooLong = datagram.Length > PacketSize.MaxDatagram;
        if (!isTooLong && PacketHeader.TryRead(datagram, out PacketHeader header))
        {
            return HandlePacket(now, from, header, datagram);
        }

        Counters.Received.Add(from.Kind, datagram.Length);
        if (!isTooLong && HandshakePiece.IsHandshake(datagram))
        {
            _desk.HandleDatagram(now, from, datagram);
        }
        else
        {
            Counters.Garbage++;
        }

        return null;
    }

    /// <summary>A connection is over that <paramref name="user"/> may have had a path on.</summary>
    public void OnConnectionLost(Instant now, Session user, CarrierAddress connection)
    {
        user.OnSendError(now, connection);
        _schedule.Wake(user);
    }

    /// <summary>
    /// A carrier refused a datagram to <paramref name="to"/>: whoever has a path there hears it. Only for errors of the local
    /// socket or link: what an ICMP message says can be forged, and must not come here.
    /// </summary>
    public void OnSendError(Instant now, CarrierAddress to)
    {
        foreach (Session session in _addresses.At(to))
        {
            session.OnSendError(now, to);
        }
    }

    /// <summary>The carrier to <paramref name="to"/> takes packets of up to <paramref name="size"/> bytes now.</summary>
    public void OnCapacity(CarrierAddress to, int size)
    {
        foreach (Session session in _addresses.At(to))
        {
            session.Paths.FindByRemote(to)?.OnCapacity(size);
        }
    }

    /// <summary>A carrier has as much as it should hold: sessions keep their data to themselves until <see cref="OnRoom"/>.</summary>
    public void OnFull(CarrierAddress carrier) => _limits.OnFull(carrier);

    /// <summary>A carrier that was full wants more, or is over.</summary>
    public void OnRoom(CarrierAddress carrier) => _limits.OnRoom(carrier);

    /// <summary>What goes by relay link <paramref name="link"/> goes the way of <paramref name="session"/>, which is another one now.</summary>
    public void OnTunnelPath(int link, Session session)
    {
        _limits.OnTunnelPath(link, session);
        foreach (CarrierAddress address in _addresses.Through(link))
        {
            ApplyCapacity(address);
        }
    }

    /// <summary>Does what is due by <paramref name="now"/>.</summary>
    public void HandleTimeout(Instant now)
    {
        while (_schedule.TryTakeDue(now, out Session? session))
        {
            session.HandleTimeout(now);
            _schedule.Wake(session);
        }

        _desk.HandleTimeout(now);
    }

    /// <summary>Writes the next datagram that is due into <paramref name="buffer"/> (at least 1,500 bytes); false when there is none.</summary>
    public bool TryPollTransmit(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        if (_outbox.TryTake(buffer, out to, out length) || _desk.TryPollTransmit(buffer, out to, out length))
        {
            Counters.Sent.Add(to.Kind, length);
            return true;
        }

        while (_schedule.TryPeekSending(out Session? session))
        {
            if (session!.TryPollTransmit(now, buffer, out to, out length))
            {
                Counters.Sent.Add(to.Kind, length);
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
    public bool TryPollRequest([NotNullWhen(true)] out HandshakeRequest? request) => _desk.TryPollRequest(out request);

    /// <summary>
    /// Answers yes. Returns the session, which takes effect when the peer has shown that it is live: a new one, or the one
    /// that we were opening ourselves, or one of the peer's that has not proved itself. Null when our own handshake with the
    /// same peer goes first, the request is too old, or nothing is shared to speak. With <paramref name="unixTime"/>, since 1970, early data
    /// are taken if <see cref="AllowEarlyData"/> was called.
    /// </summary>
    public Session? Accept(Instant now, HandshakeRequest request, SessionOptions options, TimeSpan? unixTime = null) =>
        _desk.Accept(now, request, options, unixTime);

    /// <summary>
    /// From now on streams may begin with early data, before the peer has proved that it is live. <paramref name="unixTime"/> is since 1970.
    /// </summary>
    public void AllowEarlyData(TimeSpan unixTime) => _desk.AllowEarlyData(unixTime);

    /// <summary>Sends what has been written on a stream of a connecting session with its handshake, as far as that goes.</summary>
    public void SendEarly(Session session, ulong streamId) => _desk.SendEarly(session, streamId);

    /// <summary>Answers no, with a reason that the peer's owner will read.</summary>
    public void Refuse(HandshakeRequest request, SessionErrorCode code, string reason) => _desk.Refuse(request, code, reason);

    /// <inheritdoc/>
    public bool IsInitiating(Session session) => _desk.IsInitiating(session);

    /// <summary>Who answered in the place of the peer that a connecting session calls, as it says itself; null when nobody did.</summary>
    public AgentId? FindImpostor(Session session) => _desk.FindImpostor(session);

    /// <summary>Gives a session up without telling the peer: nobody waits for it any more, or it cannot be reached.</summary>
    public void Abandon(Session session, SessionEnd end)
    {
        _desk.End(session);
        session.Abort(end);
    }

    /// <summary>Ends a session and tells the peer.</summary>
    public void Close(Instant now, Session session, SessionErrorCode code, string reason)
    {
        _desk.End(session);
        session.Close(now, code, reason);
        _schedule.Wake(session);
    }

    /// <summary>Adds a session that is known by nothing yet.</summary>
    public Session Register(AgentId peer, SessionOptions options)
    {
        Session session = new(this, Id, peer, options);
        session.Observer = Observe?.Invoke(session);
        _schedule.Add(session);
        return session;
    }

    /// <inheritdoc/>
    public ulong NextRandom() => _connections.NextRandom();

    /// <inheritdoc/>
    public IssuedConnectionId Issue(Session session, uint pathId) => _connections.Issue(session, pathId);

    /// <inheritdoc/>
    public void Retire(Session session, ConnectionId id) => _connections.Retire(session, id);

    /// <inheritdoc/>
    public void ExpectReset(Session session, UInt128 token) => _connections.ExpectReset(session, token);

    /// <inheritdoc/>
    public void ForgetReset(Session session, UInt128 token) => _connections.ForgetReset(session, token);

    /// <inheritdoc/>
    public void OnPathAt(Session session, CarrierAddress remote)
    {
        _addresses.Add(remote, session);
        ApplyCapacity(remote);
    }

    /// <inheritdoc/>
    public void OnNoPathAt(Session session, CarrierAddress remote) => _addresses.Remove(remote, session);

    /// <inheritdoc/>
    public bool IsFull(Session session, CarrierAddress remote) => _limits.IsFull(session, remote);

    /// <inheritdoc/>
    public void Wake(Session session) => _schedule.Wake(session);

    /// <summary>One session a peer: one that has proved itself live takes the place of an older one.</summary>
    public void OnEstablished(Instant now, Session session)
    {
        (Session? older, ulong? timestamp) = _directory.Establish(session);
        _desk.OnEstablished(now, session, timestamp);
        if (older is not null)
        {
            _desk.End(older);
            older.Close(now, SessionErrorCode.Superseded, "a newer session has taken its place", SessionEndCause.PeerRestarted);
            _schedule.Wake(older);
        }
    }

    private Session? HandlePacket(Instant now, CarrierAddress from, in PacketHeader header, ReadOnlySpan<byte> datagram)
    {
        if (_connections.TryFind(header.Destination, out Session session, out uint pathId))
        {
            CarrierAddress origin = Relays.Origin(from, session.Peer);
            Counters.Received.Add(origin.Kind, datagram.Length);
            if (session.TryReceive(now, pathId, header, datagram, origin, _scratch))
            {
                return session;
            }

            Counters.Unauthentic++;
            return null;
        }

        Counters.Received.Add(from.Kind, datagram.Length);
        Counters.UnknownConnectionIds++;
        if (_connections.FindByToken(StatelessReset.ReadToken(datagram)) is { } restarted)
        {
            restarted.Abort(new SessionEnd(SessionEndCause.PeerRestarted, SessionErrorCode.None, "the peer restarted and no longer knows the session"));
        }
        else if (_resets.TryAnswer(now, from, header.Destination, datagram.Length))
        {
            Counters.ResetsSent++;
        }

        return null;
    }

    private void ApplyCapacity(CarrierAddress address)
    {
        if (_limits.Capacity(address) is { } size)
        {
            OnCapacity(address, size);
        }
    }

    private void Forget(Session session)
    {
        session.Release();
        session.Observer?.OnForgotten();
        _connections.Remove(session);
        _schedule.Remove(session);
        _limits.Remove(session);
        _directory.Remove(session);
        _desk.End(session);
    }
}
