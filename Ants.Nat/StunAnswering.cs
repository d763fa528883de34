namespace Ants.Nat;

/// <summary>What of RFC 5780 a STUN server can do at the port at which it was asked.</summary>
/// <param name="OtherPort">Its other port on the same address, which answers too; 0 for none.</param>
/// <param name="CanRedirect">
/// Whether an answer may leave by the other port (CHANGE-REQUEST) or go to another port of the client's address
/// (RESPONSE-PORT). If not, requests that ask for it are refused.
/// </param>
public readonly record struct StunAnswering(int OtherPort, bool CanRedirect);
