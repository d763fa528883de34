namespace Ants.Nat;

/// <summary>From where an address can be reached, as far as its number tells.</summary>
internal enum AddressScope
{
    /// <summary>No host has it, or it means the host itself: who names it as somebody's address is mistaken or lies.</summary>
    None,

    /// <summary>From within one private or provider's network.</summary>
    Private,

    /// <summary>From everywhere.</summary>
    Public,
}
