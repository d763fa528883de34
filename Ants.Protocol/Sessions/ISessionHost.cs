using Ants.Protocol.Endpoints;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>What a session needs of the endpoint that it lives in.</summary>
internal interface ISessionHost
{
    /// <summary>What the endpoint counts.</summary>
    EndpointCounters Counters { get; }

    /// <summary>A random number from the endpoint's source.</summary>
    ulong NextRandom();

    /// <summary>A new connection id by which packets find <paramref name="session"/> and its path.</summary>
    IssuedConnectionId Issue(Session session, uint pathId);

    /// <summary>The path of an id is gone; the id is forgotten once no late packet can still name it.</summary>
    void Retire(Session session, ConnectionId id);

    /// <summary>Notes that a reset with <paramref name="token"/> ends <paramref name="session"/>.</summary>
    void ExpectReset(Session session, UInt128 token);

    /// <summary>Forgets a token of <paramref name="session"/>: the path that it stands for is gone.</summary>
    void ForgetReset(Session session, UInt128 token);

    /// <summary>A path of <paramref name="session"/> leads to <paramref name="remote"/> now.</summary>
    void OnPathAt(Session session, CarrierAddress remote);

    /// <summary>No path of <paramref name="session"/> leads to <paramref name="remote"/> any more.</summary>
    void OnNoPathAt(Session session, CarrierAddress remote);

    /// <summary>The peer of <paramref name="session"/> has proved that it is live.</summary>
    void OnEstablished(Instant now, Session session);

    /// <summary>Whether the session's own handshake still runs.</summary>
    bool IsInitiating(Session session);

    /// <summary>
    /// Whether data of <paramref name="session"/> should wait, since the carrier to <paramref name="remote"/> is full. The session is woken
    /// when it has room.
    /// </summary>
    bool IsFull(Session session, CarrierAddress remote);

    /// <summary>Asks for the session to be looked at: it has something to send, a new deadline or an event.</summary>
    void Wake(Session session);
}
