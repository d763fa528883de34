namespace Ants.Samples.TwoNats;

/// <summary>By which addresses a direct path came about: one, or several that are possible.</summary>
[Flags]
internal enum Techniques
{
    /// <summary>None: the session stays relayed.</summary>
    None = 0,

    /// <summary>An address of an interface, which needs no luck with a NAT.</summary>
    Host = 1,

    /// <summary>A global IPv6 address, through the firewalls before it.</summary>
    IPv6 = 2,

    /// <summary>An address that its owner told: a port forwarded by hand.</summary>
    Advertised = 4,

    /// <summary>A port mapped by PCP.</summary>
    Pcp = 8,

    /// <summary>A port mapped by NAT-PMP.</summary>
    NatPmp = 16,

    /// <summary>A port mapped by UPnP.</summary>
    Upnp = 32,

    /// <summary>An address that nobody had told: one side's NAT took a new port towards the other, which answered there.</summary>
    PeerReflexive = 64,

    /// <summary>The addresses at which the relays see both: a hole punched from both sides.</summary>
    Reflexive = 128,
}
