using System.Net;

namespace Ants.Nat;

/// <summary>One HTTP request to a router, on a connection of its own from our address in its network, and where to.</summary>
internal sealed record RouterExchange(IPAddress From, IPEndPoint To, byte[] Request);
