using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>Whom a <see cref="BehaviourDiscovery"/> asks, and what it is to recognise as this host's own.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Servers">STUN servers of this family; the first four are asked.</param>
/// <param name="LocalAddresses">The host's own addresses.</param>
internal sealed record BehaviourTarget(AddressFamily Family, IReadOnlyList<IPEndPoint> Servers, IReadOnlyCollection<IPAddress> LocalAddresses)
{
    /// <summary>Those of the servers that can be asked, by another way than UDP, for an answer at a port of this host's address.</summary>
    public IReadOnlyList<IPEndPoint> Knockers { get; init; } = [];
}
