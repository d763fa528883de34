namespace Ants.Nat;

/// <summary>
/// What two agents can do about the NATs and firewalls between them (RFC 4787's behaviours of both sides, taken together). Both sides come
/// to the same plan, seen from their own end.
/// </summary>
public enum PairPlan
{
    /// <summary>Too little is known of a side: all of its addresses are tried.</summary>
    Unknown = 0,

    /// <summary>Nothing: a side told no address, or the two have no address family in common.</summary>
    None,

    /// <summary>Both are behind the same external address: by their own addresses, or back in at their router's outside (hairpinning).</summary>
    SameNetwork,

    /// <summary>The peer takes packets unasked, at a mapped port, a forwarded one, or through a NAT that lets everybody in: this side sends.</summary>
    ReachPeer,

    /// <summary>This side takes packets unasked: the peer sends.</summary>
    BeReached,

    /// <summary>Both send at once, each to where a relay saw the other, so that both NATs have seen a packet go out.</summary>
    SimultaneousOpen,

    /// <summary>
    /// Nothing known helps: a side's NAT takes another port for each destination, and the other lets in only whom it has sent to. The port would
    /// have to be guessed, which this version does not do.
    /// </summary>
    Unforeseeable,
}
