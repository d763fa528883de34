using System.Net;

namespace Ants.Protocol;

/// <summary>
/// Where a datagram goes or came from: a UDP address, or a peer by its id through one of this endpoint's relay links.
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

    /// <summary>Which relay link, as the owner of the endpoint numbers them; 0 for UDP.</summary>
    public int Link { get; }

    /// <summary>Relayed: who is at the far end.</summary>
    public AgentId Peer { get; }

    public static CarrierAddress Udp(IPEndPoint remote) => new(CarrierKind.Udp, remote, 0, default);

    public static CarrierAddress Relayed(int link, AgentId peer) => new(CarrierKind.Relayed, null, link, peer);

    public override string ToString() => Kind == CarrierKind.Udp ? $"udp {EndPoint}" : $"link {Link} to {Peer}";
}
