namespace Ants.Nat;

/// <summary>The protocols by which a router is asked to let packets in.</summary>
[Flags]
public enum PortMappingProtocols
{
    /// <summary>None: no router is asked for anything.</summary>
    None = 0,

    /// <summary>The Port Control Protocol (RFC 6887), over IPv4 and IPv6.</summary>
    Pcp = 1,

    /// <summary>The NAT Port Mapping Protocol (RFC 6886), PCP's forerunner; IPv4 alone.</summary>
    NatPmp = 2,

    /// <summary>The Internet Gateway Device of UPnP, versions 1 and 2: port mappings over IPv4, pinholes over IPv6.</summary>
    Upnp = 4,

    /// <summary>All of them, the better first: PCP, NAT-PMP, UPnP.</summary>
    All = Pcp | NatPmp | Upnp,
}
