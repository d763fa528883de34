using System.Diagnostics.CodeAnalysis;
using Ants.Nat;

namespace Ants.Testing.Lab;

/// <summary>The kinds' names, for command lines and reports, and what follows from a kind alone.</summary>
public static class LabHomeKinds
{
    private static readonly (LabHomeKind Kind, string Name)[] s_names =
    [
        (LabHomeKind.Open, "open"),
        (LabHomeKind.FullCone, "full-cone"),
        (LabHomeKind.AddressRestricted, "address-restricted"),
        (LabHomeKind.PortRestricted, "port-restricted"),
        (LabHomeKind.Symmetric, "symmetric"),
        (LabHomeKind.Sequential, "sequential"),
        (LabHomeKind.PortForwarded, "port-forwarded"),
        (LabHomeKind.Mapped, "mapped"),
        (LabHomeKind.MappedPortRestricted, "mapped-port-restricted"),
        (LabHomeKind.MappedByPcp, "pcp"),
        (LabHomeKind.MappedByNatPmp, "nat-pmp"),
        (LabHomeKind.MappedByUpnp, "upnp"),
        (LabHomeKind.Carrier, "cgnat"),
        (LabHomeKind.SymmetricCarrier, "cgnat-symmetric"),
        (LabHomeKind.SharedCarrier, "cgnat-shared"),
        (LabHomeKind.IPv6Firewall, "ipv6-firewall"),
        (LabHomeKind.ShortLived, "short-lived"),
        (LabHomeKind.SameLan, "same-lan"),
        (LabHomeKind.UdpBlocked, "udp-blocked"),
        (LabHomeKind.ProxyOnly, "proxy-only"),
    ];

    /// <summary>All kinds, in the order in which reports show them.</summary>
    public static IReadOnlyList<LabHomeKind> All { get; } = [.. s_names.Select(n => n.Kind)];

    /// <summary>All names, for a message that says what is accepted.</summary>
    public static string Accepted { get; } = string.Join(", ", s_names.Select(n => n.Name));

    /// <summary>The kind's name.</summary>
    public static string ToName(this LabHomeKind kind) => s_names.First(n => n.Kind == kind).Name;

    /// <summary>Reads a name.</summary>
    /// <param name="text">The name.</param>
    /// <param name="kind">What it names.</param>
    /// <param name="problem">What is wrong with it and what is accepted, in one line.</param>
    public static bool TryParse(string text, out LabHomeKind kind, [NotNullWhen(false)] out string? problem)
    {
        int index = Array.FindIndex(s_names, n => n.Name == text);
        kind = index < 0 ? default : s_names[index].Kind;
        problem = index < 0 ? $"'{text}' is not a network that the lab knows: {Accepted} are accepted." : null;
        return index >= 0;
    }

    /// <summary>Whether it lets UDP out. Without, a session stays relayed, and its agent reaches relays by WebSocket.</summary>
    public static bool HasUdp(this LabHomeKind kind) => kind is not (LabHomeKind.UdpBlocked or LabHomeKind.ProxyOnly);

    /// <summary>Whether it is a pair of homes, or hosts, that share what stands before them; with others it is nothing new.</summary>
    public static bool IsShared(this LabHomeKind kind) => kind is LabHomeKind.SameLan or LabHomeKind.SharedCarrier;

    /// <summary>By which protocols a router there maps ports; none where nobody does.</summary>
    public static PortMappingProtocols MappedBy(this LabHomeKind kind) => kind switch
    {
        LabHomeKind.Mapped or LabHomeKind.MappedPortRestricted => PortMappingProtocols.All,
        LabHomeKind.MappedByPcp => PortMappingProtocols.Pcp,
        LabHomeKind.MappedByNatPmp => PortMappingProtocols.NatPmp,
        LabHomeKind.MappedByUpnp => PortMappingProtocols.Upnp,
        _ => PortMappingProtocols.None,
    };

    /// <summary>The NAT that the host is behind.</summary>
    public static LabNatBehaviour Behaviour(this LabHomeKind kind) => kind switch
    {
        LabHomeKind.Open => LabNatBehaviour.Open,
        LabHomeKind.FullCone => LabNatBehaviour.FullCone,
        LabHomeKind.AddressRestricted => LabNatBehaviour.AddressRestricted,
        LabHomeKind.Sequential => LabNatBehaviour.SequentialSymmetric,
        LabHomeKind.PortForwarded => LabNatBehaviour.PortForwarded,
        LabHomeKind.UdpBlocked => LabNatBehaviour.UdpBlocked,
        LabHomeKind.ProxyOnly => LabNatBehaviour.ProxyOnly,
        LabHomeKind.Symmetric or LabHomeKind.IPv6Firewall => LabNatBehaviour.Symmetric,
        LabHomeKind.Mapped or LabHomeKind.MappedByPcp or LabHomeKind.MappedByNatPmp or LabHomeKind.MappedByUpnp => LabNatBehaviour.Symmetric,
        _ => LabNatBehaviour.PortRestricted,
    };
}
