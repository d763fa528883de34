namespace Ants.Nat;

/// <summary>Why a session is relayed.</summary>
public enum RelayedReason
{
    /// <summary>It is not: it is direct.</summary>
    None = 0,

    /// <summary>This agent was told to stay behind its relays.</summary>
    RelayOnly,

    /// <summary>UDP does not pass from here: the relays are reached over WebSockets alone.</summary>
    UdpBlocked,

    /// <summary>The peer told no address: it was told to stay behind its relays, or it has not said it yet.</summary>
    PeerTellsNothing,

    /// <summary>No relay sees the peer over UDP: its network lets none out.</summary>
    PeerUdpBlocked,

    /// <summary>One side has IPv4 alone, and the other IPv6.</summary>
    NoCommonFamily,

    /// <summary>The pair's NATs take and ask for ports that cannot be foretold (<see cref="PairPlan.Unforeseeable"/>).</summary>
    Unforeseeable,

    /// <summary>A way is being looked for, and there was not much time yet.</summary>
    Trying,

    /// <summary>All of the peer's addresses were tried, and none answered.</summary>
    NoAnswer,
}
