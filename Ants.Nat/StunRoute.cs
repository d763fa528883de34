using System.Net;

namespace Ants.Nat;

/// <summary>The way of a STUN answer.</summary>
/// <param name="To">Where it goes: the source of the request, or another port of the same address.</param>
/// <param name="FromOtherPort">Whether it leaves by the server's other port than the one that was asked.</param>
public readonly record struct StunRoute(IPEndPoint To, bool FromOtherPort);
