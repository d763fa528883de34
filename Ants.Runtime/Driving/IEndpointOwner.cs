using System.Net;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;

namespace Ants.Driving;

/// <summary>Who uses an endpoint. All calls come on the driver, one at a time; none may block.</summary>
internal interface IEndpointOwner
{
    /// <summary>When <see cref="HandleTimeout"/> is to be called; null for never.</summary>
    Instant? NextTimeout { get; }

    /// <summary>Whether datagrams from an address are looked at; by default all are.</summary>
    bool Admits(IPEndPoint from) => true;

    /// <summary>A peer asks for a session; answer at once or later.</summary>
    void OnRequest(HandshakeRequest request);

    /// <summary>A session has something to tell.</summary>
    void OnSessionEvent(Session session, in SessionEvent e);

    /// <summary>
    /// Takes a datagram to a carrier that is not UDP; false when that carrier cannot take it. With <paramref name="onward"/> it has
    /// not been taken: it is to go there by UDP, as it is by then.
    /// </summary>
    bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward);

    /// <summary>Forwards a packet that is for a session of others; false when it is none that this endpoint forwards.</summary>
    bool TryForward(Instant now, ReadOnlySpan<byte> packet, IPEndPoint from) => false;

    /// <summary>There is no more for <see cref="TrySendVia"/> for now: what it was given goes out.</summary>
    void Flush()
    {
    }

    /// <summary>Takes a datagram that is of no session, such as STUN; false when it is nothing known.</summary>
    bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from);

    /// <summary>Another socket has taken the place of one that the system ended: others may see us at another address.</summary>
    void OnRebound()
    {
    }

    /// <summary>Does what is due by <paramref name="now"/>.</summary>
    void HandleTimeout(Instant now);
}
