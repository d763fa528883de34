using System.Net;

namespace Ants.Protocol;

/// <summary>
/// Where a datagram goes or came from: a UDP address, a WebSocket, or a peer by its id through one of this endpoint's relay
/// links.
/// </summary>
internal readonly record struct CarrierAddress
{
    private CarrierAddress(CarrierKind kind, IPEndPoint? endPoint, int link, AgentId peer)
    {
        Kind = kind;
        EndPoint = endPoint;
        Link = link;
        Peer = peer;
    }

    public CarrierKind Kind { get; }

    /// <summary>The remote address of a UDP carrier; null otherwise.</summary>
    public IPEndPoint? EndPoint { get; }

    /// <summary>Which relay link or which WebSocket, as the owner of the endpoint numbers each of them; 0 for UDP.</summary>
    public int Link { get; }

    /// <summary>Relayed: who is at the far end.</summary>
    public AgentId Peer { get; }

    /// <summary>
    /// Relayed: whether the datagram is to travel inside the sessions with the relay, which find out what is wrong between an agent and
    /// its relay, and not beside them, which is faster. No part of the address.
    /// </summary>
    public bool IsTunnelled { get; private init; }

    public static CarrierAddress Udp(IPEndPoint remote) => new(CarrierKind.Udp, remote, 0, default);

    public static CarrierAddress Relayed(int link, AgentId peer) => new(CarrierKind.Relayed, null, link, peer);

    /// <summary>A connection; the number of one that is over is never used again.</summary>
    public static CarrierAddress WebSocket(int connection) => new(CarrierKind.WebSocket, null, connection, default);

    /// <summary>The same address, to which a datagram goes inside the sessions with the relay, if it is one over a relay.</summary>
    public CarrierAddress Tunnelled() => this with { IsTunnelled = true };

    /// <summary>Compares what the kind has. Once a packet, and then mostly one and the same end point.</summary>
    public bool Equals(CarrierAddress other) => Kind == other.Kind && Kind switch
    {
        CarrierKind.Udp => ReferenceEquals(EndPoint, other.EndPoint) || Equals(EndPoint, other.EndPoint),
        CarrierKind.WebSocket => Link == other.Link,
        _ => Link == other.Link && Peer == other.Peer,
    };

    public override int GetHashCode() => Kind == CarrierKind.Udp ? EndPoint?.GetHashCode() ?? 0 : HashCode.Combine(Kind, Link, Peer);

    public override string ToString() => Kind switch
    {
        CarrierKind.Udp => $"udp {EndPoint}",
        CarrierKind.WebSocket => $"websocket {Link}",
        _ => $"link {Link} to {Peer}",
    };
}
