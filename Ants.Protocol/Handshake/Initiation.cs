using System.Diagnostics.CodeAnalysis;
using Ants.Crypto;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// A handshake that this end began: sends the pieces of message 1 over one or more carriers until message 2 is whole.
/// The bytes of message 1 never change (a changed message would need a fresh ephemeral key).
/// </summary>
internal sealed class Initiation : IDisposable
{
    // Sooner than TCP's SYN (1 s): over a LAN or a near relay a lost piece should not be felt. Later than any round trip
    // on one continent, so that a retransmission is rarely wasted.
    private static readonly TimeSpan s_firstInterval = TimeSpan.FromMilliseconds(300);

    // A peer that comes up within the caller's patience is found within two seconds, for 2 KB each time.
    private static readonly TimeSpan s_maxInterval = TimeSpan.FromSeconds(2);

    // A peer's relays and addresses as its invite and record name them, and a few that are learned.
    private const int MaxVias = 32;

    private readonly SessionInitiator _handshake;
    private readonly byte[] _message;
    private readonly PieceAssembler _answer = new();
    private readonly List<Via> _vias = [];
    private readonly Queue<(Via Via, int Index)> _due = new();
    private readonly byte _all;
    private byte[][] _early = [];
    private byte _arrived;
    private TimeSpan _interval = s_firstInterval;
    private Instant _startedAt;
    private bool _sentAgain;

    public Initiation(Session session, ulong exchangeId, SessionInitiator handshake, byte[] message,
        (IssuedConnectionId First, IssuedConnectionId Probe) local)
    {
        Session = session;
        ExchangeId = exchangeId;
        Local = local;
        _handshake = handshake;
        _message = message;
        _all = (byte)((1 << HandshakePiece.CountFor(message.Length)) - 1);
    }

    public Session Session { get; }

    public ulong ExchangeId { get; }

    public (IssuedConnectionId First, IssuedConnectionId Probe) Local { get; }

    /// <summary>The id that somebody at the called address says to have instead of the one called. A hint: nothing proves it.</summary>
    public AgentId? Impostor { get; set; }

    /// <summary>When to send again what has not arrived.</summary>
    public Instant? NextTimeout { get; private set; }

    /// <summary>
    /// Sends the beginning of a stream right behind message 1, once over each carrier. Whether it arrives or not, the stream sends
    /// it again when the session is established.
    /// </summary>
    public void SendEarly(ulong streamId)
    {
        if (_early.Length > 0)
        {
            return;
        }

        using PacketCipher cipher = _handshake.CreateEarlySealer();
        _early = EarlyFlight.Seal(cipher, ExchangeId, Session.Streams, streamId);
        foreach (Via via in _vias)
        {
            QueueEarly(via);
        }
    }

    /// <summary>Sends message 1 over one more carrier.</summary>
    public void AddVia(Instant now, CarrierAddress address)
    {
        if (_vias.Find(via => via.Address == address) is { } known)
        {
            known.Credit = int.MaxValue;
            return;
        }

        Add(now, new Via(address) { Credit = int.MaxValue });
    }

    /// <summary>
    /// The peer's own handshake came from <paramref name="address"/>: ours may reach it there. Nobody has vouched for the
    /// address, so no more goes there than came from it.
    /// </summary>
    public void Learn(Instant now, CarrierAddress address, int received)
    {
        if (_vias.Find(via => via.Address == address) is { } known)
        {
            known.Credit = (int)Math.Min((long)known.Credit + received, int.MaxValue);
        }
        else if (_vias.Count < MaxVias)
        {
            Add(now, new Via(address) { Credit = address.Kind == CarrierKind.Udp ? received : int.MaxValue });
        }
    }

    /// <summary>Whether message 1 goes to <paramref name="address"/>.</summary>
    public bool IsVia(CarrierAddress address) => _vias.Exists(via => via.Address == address);

    /// <summary>Sends again now what has not arrived: the peer was not there, and has come.</summary>
    public void Hurry(Instant now)
    {
        if (_vias.Count > 0)
        {
            _interval = s_firstInterval;
            NextTimeout = now;
        }
    }

    /// <summary>
    /// The responder is busy, and reads message 1 only with its cookie: the same pieces go out again with it, the first time at
    /// once. Who forges cookies gains no more than that.
    /// </summary>
    public void TakeCookie(Instant now, CarrierAddress from, ReadOnlySpan<byte> cookie)
    {
        if (_vias.Find(via => via.Address == from) is not { } asked)
        {
            return;
        }

        bool isFirst = asked.Cookie is null;
        asked.Cookie = cookie.ToArray();
        if (isFirst)
        {
            // What went before was not kept, so the answer measures from here.
            _startedAt = now;
            QueuePieces(asked, _all);
            QueueEarly(asked);
        }
    }

    public bool TryPollTransmit(Span<byte> buffer, out CarrierAddress to, out int length)
    {
        while (_due.TryDequeue(out (Via Via, int Index) next))
        {
            length = Write(buffer, next.Via, next.Index);
            if (length <= next.Via.Credit)
            {
                next.Via.Credit -= next.Via.Credit == int.MaxValue ? 0 : length;
                to = next.Via.Address;
                return true;
            }
        }

        to = default;
        length = 0;
        return false;
    }

    public void HandleTimeout(Instant now)
    {
        if (!(NextTimeout <= now))
        {
            return;
        }

        // When all has arrived and the answer has not, something must still go out: the responder sends no more than it gets.
        byte missing = (byte)(_all & ~_arrived);
        foreach (Via via in _vias)
        {
            QueuePieces(via, missing == 0 ? _all : missing);
        }

        _sentAgain = true;
        _interval = _interval * 2 < s_maxInterval ? _interval * 2 : s_maxInterval;
        NextTimeout = now + _interval;
    }

    /// <summary>
    /// Takes a piece of message 2 that came from <paramref name="from"/>; pieces from where message 1 never went are dropped. True when
    /// with it the handshake is over: then the keys are out, and the answer, null when it makes no sense.
    /// </summary>
    public bool TryReceive(Instant now, CarrierAddress from, in HandshakePiece piece, [NotNullWhen(true)] out SessionSecrets? secrets,
        out ResponderHello? hello, out TimeSpan? roundTrip)
    {
        hello = null;
        secrets = null;
        roundTrip = _sentAgain || _vias.Count > 1 ? null : now - _startedAt;
        if (!IsVia(from))
        {
            return false;
        }

        _arrived |= piece.Have;
        if (piece.Index < 0 || !_answer.TryAdd(piece) || !_answer.IsComplete)
        {
            return false;
        }

        if (!_handshake.TryReadMessage2(_answer.Message, out byte[]? payload, out secrets))
        {
            // Forged, by somebody who saw our exchange id: wait for the true one.
            _answer.Clear();
            return false;
        }

        ResponderHello.TryDecode(payload, out hello);
        return true;
    }

    public void Dispose()
    {
        NextTimeout = null;
        _due.Clear();
        _handshake.Dispose();
    }

    private void Add(Instant now, Via via)
    {
        if (_vias.Count == 0)
        {
            _startedAt = now;
        }

        _vias.Add(via);
        QueuePieces(via, _all);
        QueueEarly(via);
        _interval = s_firstInterval;
        NextTimeout = now + _interval;
    }

    private void QueuePieces(Via via, byte pieces)
    {
        for (int i = 0; pieces >> i != 0; i++)
        {
            if ((pieces & (1 << i)) != 0 && !_due.Contains((via, i)))
            {
                _due.Enqueue((via, i));
            }
        }
    }

    private void QueueEarly(Via via)
    {
        for (int i = 0; i < _early.Length; i++)
        {
            _due.Enqueue((via, HandshakePiece.MaxPieces + i));
        }
    }

    /// <summary>Writes a piece of message 1, or behind those a datagram of early data.</summary>
    private int Write(Span<byte> buffer, Via via, int index)
    {
        if (index < HandshakePiece.MaxPieces)
        {
            return HandshakePiece.Write(
                buffer, Session.Peer, HandshakeRole.Initiator, ExchangeId, _answer.Have, _message, index, via.Cookie);
        }

        byte[] early = _early[index - HandshakePiece.MaxPieces];
        early.CopyTo(buffer);
        return early.Length;
    }

    /// <summary>A carrier that message 1 goes over, how many more bytes may, and the cookie that the responder wants to see.</summary>
    private sealed class Via(CarrierAddress address)
    {
        public CarrierAddress Address { get; } = address;

        public int Credit { get; set; }

        public byte[]? Cookie { get; set; }
    }
}
