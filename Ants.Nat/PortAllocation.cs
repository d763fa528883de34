namespace Ants.Nat;

/// <summary>Which external port a NAT gives to a new mapping (RFC 4787 section 4.2).</summary>
public enum PortAllocation
{
    /// <summary>Not known: too few mappings were seen, or there is no NAT.</summary>
    Unknown = 0,

    /// <summary>The internal port, while it is free.</summary>
    Preserving,

    /// <summary>
    /// A port that is a constant step behind that of the mapping before (<see cref="NatBehaviour.AllocationStep"/>), so
    /// that the next one can be foretold.
    /// </summary>
    Sequential,

    /// <summary>A port that nothing seen foretells.</summary>
    Random,
}
