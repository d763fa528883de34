namespace Ants.Nat;

/// <summary>What a STUN message is, by the two class bits of its type (RFC 8489 section 5).</summary>
public enum StunClass
{
    /// <summary>A question that expects an answer.</summary>
    Request = 0,

    /// <summary>A notice that expects none.</summary>
    Indication = 1,

    /// <summary>An answer that says yes.</summary>
    SuccessResponse = 2,

    /// <summary>An answer that says no, with an ERROR-CODE.</summary>
    ErrorResponse = 3,
}
