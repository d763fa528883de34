using Ants.Crypto;

namespace Ants.Protocol.Handshake;

/// <summary>
/// A peer that wants a session, as its message 1 says; it may be a replay of one. The owner of the endpoint answers it,
/// at once or later.
/// </summary>
internal sealed class HandshakeRequest
{
    public HandshakeRequest(SessionResponder responder, InitiatorHello hello, CarrierAddress from)
    {
        Responder = responder;
        Hello = hello;
        From = from;
    }

    /// <summary>Who asks.</summary>
    public AgentId Peer => Responder.Initiator;

    /// <summary>Over what the request came.</summary>
    public CarrierAddress From { get; }

    public SessionResponder Responder { get; }

    public InitiatorHello Hello { get; }

    /// <summary>Message 2, once the request was answered; kept so that it can be sent again byte for byte.</summary>
    public byte[]? Answer { get; set; }
}
