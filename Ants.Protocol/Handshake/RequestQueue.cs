using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Handshake;

/// <summary>
/// Requests that wait for the owner of the endpoint, and those that wait behind a handshake of our own with the same
/// peer. Bounded: beyond that the oldest is dropped, and asks again with its next retransmission.
/// </summary>
internal sealed class RequestQueue
{
    // An owner answers a request in the turn in which it comes; as many at once are a flood.
    private const int MaxWaiting = 256;

    private readonly Queue<HandshakeRequest> _waiting = new();
    private readonly Dictionary<AgentId, HandshakeRequest> _deferred = [];

    public int Count => _waiting.Count;

    public void Add(Instant now, HandshakeRequest request)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            Drop(_waiting.Dequeue());
        }

        request.State = RequestState.Waiting;
        request.AskedAt = now;
        _waiting.Enqueue(request);
    }

    /// <summary>The next request to put to the owner.</summary>
    public bool TryTake([NotNullWhen(true)] out HandshakeRequest? request)
    {
        while (_waiting.TryDequeue(out request))
        {
            if (request.State == RequestState.Waiting)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sets a request aside, because our own handshake with its peer goes first. One for each peer: the newest.</summary>
    public void Defer(HandshakeRequest request)
    {
        if (_deferred.TryGetValue(request.Peer, out HandshakeRequest? older) && older != request)
        {
            older.State = RequestState.Void;
        }

        request.State = RequestState.Deferred;
        _deferred[request.Peer] = request;
    }

    /// <summary>Our own handshake with <paramref name="peer"/> came to nothing: the peer's may go on.</summary>
    public void Resume(Instant now, AgentId peer)
    {
        // It may have been given up meanwhile: superseded, or dropped with the oldest of too many.
        if (_deferred.Remove(peer, out HandshakeRequest? request) && request.State == RequestState.Deferred)
        {
            Add(now, request);
        }
    }

    /// <summary>There is a session with <paramref name="peer"/>: the handshake that crossed ours has no purpose any more.</summary>
    public void Void(AgentId peer)
    {
        if (_deferred.Remove(peer, out HandshakeRequest? request))
        {
            request.State = RequestState.Void;
        }
    }

    private static void Drop(HandshakeRequest request) =>
        request.State = request.State == RequestState.Waiting ? RequestState.New : request.State;
}
