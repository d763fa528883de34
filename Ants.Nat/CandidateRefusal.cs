namespace Ants.Nat;

/// <summary>Why a candidate was not taken.</summary>
public enum CandidateRefusal
{
    /// <summary>It was taken.</summary>
    None = 0,

    /// <summary>The address is already known, by the same or a better kind.</summary>
    Duplicate,

    /// <summary>The set is full of candidates at least as good.</summary>
    Full,

    /// <summary>The address is neither IPv4 nor IPv6.</summary>
    UnsupportedFamily,

    /// <summary>Port 0 reaches nothing.</summary>
    PortZero,

    /// <summary>The address means "any" or "this network" (0.0.0.0/8, ::).</summary>
    Unspecified,

    /// <summary>The address is the machine itself (127.0.0.0/8, ::1) and loopback was not asked for.</summary>
    Loopback,

    /// <summary>The address is a group (224.0.0.0/4, ff00::/8).</summary>
    Multicast,

    /// <summary>The address is 255.255.255.255 or in the reserved 240.0.0.0/4.</summary>
    Broadcast,

    /// <summary>A link-local IPv6 address names no interface; or a peer sent a link-local address, which means nothing here.</summary>
    LinkLocal,

    /// <summary>The address is in a reserved range that no host has (::/96, the deprecated IPv4-compatible form).</summary>
    Reserved,

    /// <summary><see cref="IpPrivacy"/> does not allow it to be told.</summary>
    Privacy,
}
