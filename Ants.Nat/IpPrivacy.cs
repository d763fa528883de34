namespace Ants.Nat;

/// <summary>Which of its addresses an agent tells a peer, after the handshake and inside the session.</summary>
public enum IpPrivacy
{
    /// <summary>All that are usable. Peers on the same LAN find each other.</summary>
    All = 0,

    /// <summary>No interface addresses: the peer learns what the outside sees and nothing of the network behind it.</summary>
    NoHost = 1,

    /// <summary>None: the session stays on the relay, and no direct path is tried.</summary>
    RelayOnly = 2,
}
