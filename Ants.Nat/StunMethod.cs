namespace Ants.Nat;

/// <summary>
/// The STUN methods that ANTS speaks. The numbers are IANA's. A message that was read may carry any other up to 0xFF:
/// higher ones would take the first byte out of the range by which STUN is told from other traffic (RFC 7983).
/// </summary>
public enum StunMethod
{
    /// <summary>No method: IANA keeps the number reserved.</summary>
    Reserved = 0,

    /// <summary>Binding: "which address do you see me at?" (RFC 8489 section 3).</summary>
    Binding = 1,
}
