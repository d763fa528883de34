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

    private readonly SessionInitiator _handshake;
    private readonly byte[] _message;
    private readonly PieceAssembler _answer = new();
    private readonly List<CarrierAddress> _vias = [];
    private readonly Queue<(CarrierAddress Via, int Index)> _due = new();
    private readonly byte _all;
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

    /// <summary>Sends message 1 over one more carrier.</summary>
    public void AddVia(Instant now, CarrierAddress via)
    {
        if (_vias.Contains(via))
        {
            return;
        }

        if (_vias.Count == 0)
        {
            _startedAt = now;
        }

        _vias.Add(via);
        QueuePieces(via, _all);
        _interval = s_firstInterval;
        NextTimeout = now + _interval;
    }

    public bool TryPollTransmit(Span<byte> buffer, out CarrierAddress to, out int length)
    {
        length = 0;
        bool any = _due.TryDequeue(out (CarrierAddress Via, int Index) next);
        to = next.Via;
        if (any)
        {
            length = HandshakePiece.Write(buffer, Session.Peer, HandshakeRole.Initiator, ExchangeId, _answer.Have, _message, next.Index);
        }

        return any;
    }

    public void HandleTimeout(Instant now)
    {
        if (!(NextTimeout <= now))
        {
            return;
        }

        // When all has arrived and the answer has not, something must still go out: the responder sends no more than it gets.
        byte missing = (byte)(_all & ~_arrived);
        foreach (CarrierAddress via in _vias)
        {
            QueuePieces(via, missing == 0 ? _all : missing);
        }

        _sentAgain = true;
        _interval = _interval * 2 < s_maxInterval ? _interval * 2 : s_maxInterval;
        NextTimeout = now + _interval;
    }

    /// <summary>Takes a piece of message 2. True when with it the handshake is done: the answer and the keys are out.</summary>
    public bool TryReceive(Instant now, in HandshakePiece piece, out ResponderHello? hello, out SessionSecrets? secrets, out TimeSpan? roundTrip)
    {
        hello = null;
        secrets = null;
        roundTrip = _sentAgain || _vias.Count > 1 ? null : now - _startedAt;
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

        return ResponderHello.TryDecode(payload, out hello);
    }

    public void Dispose()
    {
        NextTimeout = null;
        _due.Clear();
        _handshake.Dispose();
    }

    private void QueuePieces(CarrierAddress via, byte pieces)
    {
        for (int i = 0; pieces >> i != 0; i++)
        {
            if ((pieces & (1 << i)) != 0)
            {
                _due.Enqueue((via, i));
            }
        }
    }
}
