using System.Diagnostics.CodeAnalysis;

namespace Ants.Samples.TwoNats;

/// <summary>The kinds' names on the command line and in the summary.</summary>
internal static class NatKindNames
{
    private static readonly (NatKind Kind, string Name)[] s_names =
    [
        (NatKind.Open, "open"),
        (NatKind.PortRestricted, "port-restricted"),
        (NatKind.FullCone, "full-cone"),
        (NatKind.Symmetric, "symmetric"),
        (NatKind.PortForwarded, "port-forwarded"),
        (NatKind.UdpBlocked, "udp-blocked"),
        (NatKind.ProxyOnly, "proxy-only"),
    ];

    /// <summary>All names, for a message that says what is accepted.</summary>
    public static string Accepted { get; } = string.Join(", ", s_names.Select(n => n.Name));

    public static string ToName(this NatKind kind) => s_names.First(n => n.Kind == kind).Name;

    /// <summary>Whether it lets UDP out. Without, a session stays relayed, and its agent reaches relays by WebSocket.</summary>
    public static bool HasUdp(this NatKind kind) => kind is not (NatKind.UdpBlocked or NatKind.ProxyOnly);

    public static bool TryParse(string text, out NatKind kind, [NotNullWhen(false)] out string? problem)
    {
        int index = Array.FindIndex(s_names, n => n.Name == text);
        kind = index < 0 ? default : s_names[index].Kind;
        problem = index < 0 ? $"'{text}' is not a NAT that the demo knows: {Accepted} are accepted." : null;
        return index >= 0;
    }
}
