using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// Takes early data for the sessions that were made for their message 1, if the owner allows any. Until the initiator has proved that it
/// is live they do nothing but fill streams.
/// </summary>
internal sealed class EarlyDesk(Endpoint endpoint, IncomingHandshakes incoming, EndpointCounters counters)
{
    private EarlyDataGuard? _guard;

    /// <summary>Early data are allowed from now on. <paramref name="unixTime"/> is since 1970.</summary>
    public void Allow(TimeSpan unixTime) => _guard ??= new EarlyDataGuard(unixTime);

    /// <summary>
    /// Whether this is another request by a message 1 whose early data were taken. Its session is gone; a second one would show
    /// the same bytes to the application again.
    /// </summary>
    public bool IsSpent(HandshakeRequest request) => _guard?.HasTaken(request.Peer, request.Hello.Timestamp) ?? false;

    /// <summary>Readies a request that is being accepted, before its answer uses up the handshake's keys.</summary>
    public void Open(Instant now, HandshakeRequest request, Session session, TimeSpan? unixTime)
    {
        if (_guard is not null && unixTime is { } unix)
        {
            request.Early = new EarlyInbox(request.Responder.CreateEarlyOpener(), session, now - unix);
        }
    }

    /// <summary>The request was answered: takes what came before.</summary>
    public void TakeHeld(Instant now, HandshakeRequest request)
    {
        foreach ((CarrierAddress from, byte[] datagram) in incoming.TakeHeldEarly(request))
        {
            if (EarlyDatagram.TryRead(datagram, out EarlyDatagram early))
            {
                Take(now, from, request, early, isHeld: true);
            }
        }
    }

    /// <summary>Takes a datagram of early data; before the request is answered it is held, if early data are allowed at all.</summary>
    public void Handle(Instant now, CarrierAddress from, in EarlyDatagram early)
    {
        if (_guard is not null && incoming.TryHoldEarly(early, from, out HandshakeRequest? request) && request is not null)
        {
            Take(now, from, request, early, isHeld: false);
        }
    }

    private void Take(Instant now, CarrierAddress from, HandshakeRequest request, in EarlyDatagram early, bool isHeld)
    {
        Span<byte> frames = stackalloc byte[EarlyDatagram.MaxFrames];
        if (request.Early is not { IsClosed: false } inbox || inbox.Session.State != SessionState.Unconfirmed || !inbox.TryOpen(early, frames))
        {
            return;
        }

        // What came before the session could answer is in the credit that it begins with.
        int earned = inbox.IsAdmitted && !isHeld ? EarlyDatagram.Length : 0;
        if (!inbox.IsAdmitted)
        {
            if (!_guard!.TryAdmit(inbox.UnixTime(now), request.Peer, request.Hello.Timestamp))
            {
                counters.EarlyDataRefused++;
                inbox.Dispose();
                return;
            }

            inbox.IsAdmitted = true;
            EarlyReception.Open(inbox.Session, incoming.TakeCredit(request));
        }

        counters.EarlyDataTaken++;
        endpoint.Wake(inbox.Session);
        if (!EarlyReception.TryReceive(inbox.Session, from, earned, frames))
        {
            // Another frame, or more than the streams allow: none of the rest is wanted.
            inbox.Dispose();
        }
    }
}
