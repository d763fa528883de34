using System.Net;
using Ants.Nat;
using Ants.Protocol;

namespace Ants.Testing;

/// <summary>A mapping that a <see cref="SimulatedRouter"/> holds.</summary>
/// <param name="Protocol">By which protocol it was asked for.</param>
/// <param name="Internal">The host's address and port.</param>
/// <param name="ExternalPort">The router's port.</param>
/// <param name="Expiry">When it ends; null for never.</param>
/// <param name="Id">Whoever knows it may change it.</param>
public sealed record SimulatedLease(PortMappingProtocols Protocol, IPEndPoint Internal, int ExternalPort, Instant? Expiry, string Id);
