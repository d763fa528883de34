namespace Ants.Nat;

/// <summary>What the integrity attributes of a STUN message say under a given key.</summary>
public enum StunIntegrity
{
    /// <summary>The message carries none: it proves nothing about its sender.</summary>
    Absent = 0,

    /// <summary>The strongest one present was made with the key.</summary>
    Valid = 1,

    /// <summary>The strongest one present was not made with the key, or has a length that is not allowed.</summary>
    Invalid = 2,
}
