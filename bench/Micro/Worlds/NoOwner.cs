using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;

namespace Ants.Bench.Micro.Worlds;

/// <summary>The owner of a driver that is never started.</summary>
internal sealed class NoOwner : IEndpointOwner
{
    public Instant? NextTimeout => null;

    public void OnRequest(HandshakeRequest request)
    {
    }

    public void OnSessionEvent(Session session, in SessionEvent e)
    {
    }

    public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
    {
        onward = null;
        return false;
    }

    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => false;

    public void HandleTimeout(Instant now)
    {
    }
}
