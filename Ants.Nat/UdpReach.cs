namespace Ants.Nat;

/// <summary>Whether UDP passes between a host and its relays.</summary>
public enum UdpReach
{
    /// <summary>Not known: no relay has been reached yet.</summary>
    Unknown = 0,

    /// <summary>A relay has answered by UDP.</summary>
    Open,

    /// <summary>Relays answer over WebSockets, and none by UDP: a firewall drops it.</summary>
    Blocked,
}
