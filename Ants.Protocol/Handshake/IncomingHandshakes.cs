using System.Buffers.Binary;
using System.Security.Cryptography;
using Ants.Crypto;
using Ants.Protocol.Endpoints;

namespace Ants.Protocol.Handshake;

/// <summary>
/// The responder's side of handshakes: puts message 1 together, reads each once, and sends message 2 again to whoever
/// shows, with another piece of message 1, that it did not arrive. Nothing is kept or read beyond the <see cref="HandshakeBudget"/>;
/// everything is bounded, and the oldest goes first.
/// </summary>
internal sealed class IncomingHandshakes(AgentIdentity identity, byte[] label, EntropySource entropy, EndpointCounters counters)
{
    // Half-received messages of at most 4 KB: 2 MB. The budget opens at most 250 a second, so that an honest handshake, which
    // needs its slot for one round trip, has it for two seconds in the worst flood.
    private const int MaxPartial = 512;

    // Read messages, kept for retransmission and as the set of seen ones. 1,024 of 4 KB.
    private const int MaxRead = 1024;

    private readonly HandshakeBudget _budget = new(entropy);
    private readonly Dictionary<(ulong Exchange, CarrierAddress From), Exchange> _exchanges = [];
    private readonly Queue<(ulong Exchange, CarrierAddress From)> _exchangeOrder = new();
    private readonly Dictionary<UInt128, HandshakeRequest> _read = [];
    private readonly Queue<UInt128> _readOrder = new();

    /// <summary>Exchanges that are remembered, whatever has become of them.</summary>
    public int Count => _exchanges.Count;

    /// <summary>
    /// Admits a piece of message 1: that of an exchange that is known and paid for, or one for which the budget has a token now.
    /// Otherwise nothing is kept of it, and whoever may have forged its address is asked, by <paramref name="send"/>, to come again
    /// with what is sent there.
    /// </summary>
    public bool TryAdmit(Instant now, in HandshakePiece piece, CarrierAddress from, int datagramLength, SendDatagram send)
    {
        _exchanges.TryGetValue((piece.ExchangeId, from), out Exchange? exchange);
        if (exchange is { IsPaid: true })
        {
            return true;
        }

        if (piece.Index < 0)
        {
            // News of an answer that nobody here has given.
            return false;
        }

        if (!_budget.TryTake(now, from, piece.Cookie, out bool wantsCookie))
        {
            counters.HandshakesTurnedAway++;
            if (wantsCookie && datagramLength >= CookieNotice.Length)
            {
                DemandCookie(now, from, piece.ExchangeId, send);
            }

            return false;
        }

        exchange ??= Add(piece.ExchangeId, from);
        exchange.IsPaid = true;
        return true;
    }

    /// <summary>
    /// Takes a piece of message 1 that was admitted. Returns a request when with it a new message is whole and authentic. Otherwise
    /// <paramref name="known"/> is the request that it belongs to, if any; <see cref="Resend"/> then answers again.
    /// </summary>
    public HandshakeRequest? TryReceive(in HandshakePiece piece, CarrierAddress from, int datagramLength, out HandshakeRequest? known)
    {
        Exchange exchange = _exchanges[(piece.ExchangeId, from)];
        exchange.Credit += datagramLength;
        exchange.PeerHas |= piece.Have;
        known = exchange.Request;
        if (known is not null || exchange.IsRejected || piece.Index < 0 || !exchange.Pieces.TryAdd(piece)
            || !exchange.Pieces.IsComplete)
        {
            return null;
        }

        UInt128 hash = HashOf(exchange.Pieces.Message);
        if (_read.TryGetValue(hash, out HandshakeRequest? seen))
        {
            exchange.Request = known = seen;
            exchange.Pieces.Release();
            return null;
        }

        counters.HandshakesRead++;
        if (!SessionResponder.TryReadMessage1(identity, label, exchange.Pieces.Message, out SessionResponder? responder))
        {
            // Forged, perhaps by another than who sends the true pieces. The next reading has its own price.
            counters.BadHandshakes++;
            exchange.Pieces.Clear();
            exchange.IsPaid = false;
            return null;
        }

        if (!InitiatorHello.TryDecode(responder.Payload, out InitiatorHello? hello))
        {
            // Authentic, but not of a version that we can read: it will not get better by being read again.
            counters.BadHandshakes++;
            exchange.IsRejected = true;
            responder.Dispose();
            return null;
        }

        HandshakeRequest request = new(responder, hello!, from);
        Remember(hash, request);
        exchange.Request = request;
        exchange.Pieces.Release();
        return request;
    }

    /// <summary>
    /// Takes note of early data of an exchange that is known: false when they belong to none. Those that come before the request is answered
    /// are held, one of each number; after it <paramref name="request"/> is what they belong to.
    /// </summary>
    public bool TryHoldEarly(in EarlyDatagram early, CarrierAddress from, out HandshakeRequest? request)
    {
        request = null;
        if (!_exchanges.TryGetValue((early.ExchangeId, from), out Exchange? exchange) || exchange.IsRejected)
        {
            return false;
        }

        if (exchange.Request is { State: RequestState.Answered } answered)
        {
            request = answered;
            exchange.Credit += answered.Early is { IsAdmitted: true } ? 0 : EarlyDatagram.Length;
            return true;
        }

        exchange.Credit += EarlyDatagram.Length;
        (exchange.Early ??= new byte[]?[EarlyDatagram.MaxCount])[early.Number] ??= early.ToArray();
        return true;
    }

    /// <summary>What was held for a request, from everywhere it came from.</summary>
    public IReadOnlyList<(CarrierAddress From, byte[] Datagram)> TakeHeldEarly(HandshakeRequest request)
    {
        List<(CarrierAddress, byte[])> held = [];
        foreach (((_, CarrierAddress from), Exchange exchange) in _exchanges.Where(pair => pair.Value.Request == request))
        {
            held.AddRange((exchange.Early ?? []).OfType<byte[]>().Select(datagram => (from, datagram)));
            exchange.Early = null;
        }

        return held;
    }

    /// <summary>
    /// What may still be sent to where a request came from; it is the session's to spend now, which answers before the initiator has
    /// proved that it is live.
    /// </summary>
    public int TakeCredit(HandshakeRequest request)
    {
        int credit = 0;
        foreach (((_, CarrierAddress from), Exchange exchange) in _exchanges.Where(pair => pair.Value.Request == request))
        {
            if (from == request.From)
            {
                credit += exchange.Credit;
                exchange.Credit = 0;
            }
        }

        return credit;
    }

    /// <summary>Hands each missing piece of the answer, or the news of what has arrived, to <paramref name="send"/>.</summary>
    public void Resend(ulong exchangeId, CarrierAddress to, SendDatagram send)
    {
        if (!_exchanges.TryGetValue((exchangeId, to), out Exchange? exchange))
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[HandshakePiece.MaxDatagram];
        if (exchange.Request?.Answer is not { } answer)
        {
            if (exchange is { Request: null, IsRejected: false } && exchange.Pieces.Have != 0)
            {
                Send(exchange, buffer, exchangeId, to, [], -1, send);
            }

            return;
        }

        for (int i = 0; i < HandshakePiece.CountFor(answer.Length); i++)
        {
            if ((exchange.PeerHas & (1 << i)) == 0)
            {
                Send(exchange, buffer, exchangeId, to, answer, i, send);
            }
        }
    }

    /// <summary>The exchanges over which <paramref name="request"/> came, to send its answer there.</summary>
    public IEnumerable<(ulong Exchange, CarrierAddress From)> ExchangesOf(HandshakeRequest request) =>
        _exchanges.Where(pair => pair.Value.Request == request).Select(pair => pair.Key).ToArray();

    private void Send(Exchange exchange, Span<byte> buffer, ulong exchangeId, CarrierAddress to, ReadOnlySpan<byte> message,
        int index, SendDatagram send)
    {
        int length = HandshakePiece.Write(buffer, identity.Id, HandshakeRole.Responder, exchangeId, exchange.Pieces.Have, message, index);
        if (length <= exchange.Credit)
        {
            exchange.Credit -= length;
            exchange.Request?.NoteAnswered(to);
            send(to, buffer[..length]);
        }
    }

    private void DemandCookie(Instant now, CarrierAddress from, ulong exchangeId, SendDatagram send)
    {
        Span<byte> cookie = stackalloc byte[Cookies.Size], notice = stackalloc byte[CookieNotice.Length];
        _budget.WriteCookie(now, from, cookie);
        CookieNotice.Write(notice, identity.Id, exchangeId, cookie);
        send(from, notice);
        counters.CookiesSent++;
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private Exchange Add(ulong id, CarrierAddress from)
    {
        if (_exchangeOrder.Count >= MaxPartial)
        {
            _exchanges.Remove(_exchangeOrder.Dequeue());
        }

        _exchangeOrder.Enqueue((id, from));
        return _exchanges[(id, from)] = new Exchange();
    }

    private void Remember(UInt128 hash, HandshakeRequest request)
    {
        if (_readOrder.Count >= MaxRead && _read.Remove(_readOrder.Dequeue(), out HandshakeRequest? oldest))
        {
            oldest.State = oldest.State == RequestState.Answered ? RequestState.Answered : RequestState.Void;
            oldest.Release();
        }

        _read[hash] = request;
        _readOrder.Enqueue(hash);
    }

    /// <summary>What came over one carrier under one exchange id.</summary>
    private sealed class Exchange
    {
        public PieceAssembler Pieces { get; } = new();

        public HandshakeRequest? Request { get; set; }

        public bool IsRejected { get; set; }

        /// <summary>Whether the budget has given a token for keeping and reading it.</summary>
        public bool IsPaid { get; set; }

        public byte PeerHas { get; set; }

        /// <summary>Early data that came before the answer, by number.</summary>
        public byte[]?[]? Early { get; set; }

        /// <summary>Bytes that may still be answered: an address that nobody has validated never gets more than came from it.</summary>
        public int Credit { get; set; }
    }
}
