namespace Ants.Nat;

/// <summary>How an agent came to know an address at which it may be reached.</summary>
public enum CandidateKind
{
    /// <summary>An address of one of the agent's own interfaces.</summary>
    Host = 0,

    /// <summary>The address that a STUN server saw the agent's socket at.</summary>
    ServerReflexive = 1,

    /// <summary>The address that a peer's authenticated packet came from; learned by the other side, never sent.</summary>
    PeerReflexive = 2,

    /// <summary>A mapping that the router granted on request (PCP, NAT-PMP, UPnP-IGD).</summary>
    Mapped = 3,

    /// <summary>An address that the owner stated, such as a forwarded port.</summary>
    Advertised = 4,
}
