using Ants.Crypto;

namespace Ants.Protocol.Handshake;

/// <summary>
/// A peer that wants a session, as its message 1 says; it may be a replay of one. The owner of the endpoint answers it,
/// at once or later.
/// </summary>
internal sealed class HandshakeRequest
{
    // An initiator's patience is longer than an owner should think; after it a late answer finds nobody.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private SessionResponder? _responder;
    private CarrierAddress? _answeredTo;
    private bool _answeredToSeveral;

    public HandshakeRequest(SessionResponder responder, InitiatorHello hello, CarrierAddress from)
    {
        _responder = responder;
        Peer = responder.Initiator;
        Hello = hello;
        From = from;
    }

    /// <summary>Who asks.</summary>
    public AgentId Peer { get; }

    /// <summary>Over what the request came.</summary>
    public CarrierAddress From { get; }

    /// <summary>What writes the answer; there is none any more once it is written.</summary>
    public SessionResponder Responder => _responder ?? throw new InvalidOperationException("The request has been answered.");

    public InitiatorHello Hello { get; }

    public RequestState State { get; set; }

    /// <summary>When it was put to the owner.</summary>
    public Instant AskedAt { get; set; }

    /// <summary>
    /// Message 2, once the request was answered; kept so that it can be sent again byte for byte, until the peer has shown that it has it.
    /// </summary>
    public byte[]? Answer { get; private set; }

    /// <summary>Where its early data go; null when none are taken.</summary>
    public EarlyInbox? Early { get; set; }

    /// <summary>Whether an answer would still find somebody.</summary>
    public bool IsOpen(Instant now) => State == RequestState.Waiting && now - AskedAt < s_patience;

    public void SetAnswer(byte[] message)
    {
        Answer = message;
        State = RequestState.Answered;
        Release();
    }

    /// <summary>The peer has the answer: nobody will miss a piece of it any more.</summary>
    public void OnProved()
    {
        Answer = null;
        Early?.Dispose();
    }

    /// <summary>It will not be answered (again): zeroes what an answer would take.</summary>
    public void Release()
    {
        _responder?.Dispose();
        _responder = null;
    }

    /// <summary>Notes that pieces of the answer went to an address.</summary>
    public void NoteAnswered(CarrierAddress to)
    {
        _answeredToSeveral |= _answeredTo is { } other && other != to;
        _answeredTo = to;
    }

    /// <summary>
    /// Whether an initiator that has our answer has shown that it receives at <paramref name="address"/>: it can have had the
    /// answer nowhere else. An answer that went over a relay too proves nothing about an address: who has it may have sent
    /// its first packet with somebody else's. Relays check the addresses of their agents themselves.
    /// </summary>
    public bool HasProved(CarrierAddress address) =>
        address.Kind != CarrierKind.Udp || (_answeredTo == address && !_answeredToSeveral);
}
