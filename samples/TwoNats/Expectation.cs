namespace Ants.Samples.TwoNats;

/// <summary>Which pairs of NATs are expected to get a direct path. Written down before any run, from the NATs' behaviour alone.</summary>
internal static class Expectation
{
    // Who is reachable from anywhere once it has sent: an open host, a full cone, a forwarded port.
    // Otherwise both sides must know the port that the other's NAT will send from. A symmetric NAT tells nobody; a
    // port-restricted one lets nothing else in. Later work predicts ports and will change this table.
    private static readonly (NatKind A, NatKind B, bool Direct)[] s_table =
    [
        (NatKind.Open, NatKind.Open, true),
        (NatKind.Open, NatKind.PortRestricted, true),
        (NatKind.Open, NatKind.FullCone, true),
        (NatKind.Open, NatKind.Symmetric, true),
        (NatKind.Open, NatKind.PortForwarded, true),
        (NatKind.PortRestricted, NatKind.PortRestricted, true),
        (NatKind.PortRestricted, NatKind.FullCone, true),
        (NatKind.PortRestricted, NatKind.Symmetric, false),
        (NatKind.PortRestricted, NatKind.PortForwarded, true),
        (NatKind.FullCone, NatKind.FullCone, true),
        (NatKind.FullCone, NatKind.Symmetric, true),
        (NatKind.FullCone, NatKind.PortForwarded, true),
        (NatKind.Symmetric, NatKind.Symmetric, false),
        (NatKind.Symmetric, NatKind.PortForwarded, true),
        (NatKind.PortForwarded, NatKind.PortForwarded, true),
    ];

    /// <summary>Whether the pair, in either order, is expected to go direct: never without UDP.</summary>
    public static bool IsDirect(NatKind a, NatKind b) =>
        a.HasUdp() && b.HasUdp() && s_table.Single(row => (row.A == a && row.B == b) || (row.A == b && row.B == a)).Direct;
}
