using System.Net;
using System.Net.Sockets;
using Ants.Nat;

namespace Ants;

/// <summary>What an agent knows of itself in one address family. Immutable.</summary>
/// <param name="Family"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
/// <param name="HostAddresses">Addresses of the host's own interfaces; empty when it has none of the family.</param>
/// <param name="PublicAddresses">Where relays see the agent's socket, each once. Several ports of one address: a NAT that takes another for each destination.</param>
/// <param name="Behaviour">What the NATs and firewalls on the way do; null while it is not known.</param>
public sealed record FamilyReport(
    AddressFamily Family, IReadOnlyList<IPAddress> HostAddresses, IReadOnlyList<IPEndPoint> PublicAddresses, NatBehaviour? Behaviour);
