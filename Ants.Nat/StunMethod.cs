namespace Ants.Nat;

/// <summary>The STUN methods that ANTS speaks. The numbers are IANA's; a message read may carry any other 12-bit number.</summary>
public enum StunMethod
{
    /// <summary>No method: IANA keeps the number reserved.</summary>
    Reserved = 0,

    /// <summary>Binding: "which address do you see me at?" (RFC 8489 section 3).</summary>
    Binding = 1,
}
