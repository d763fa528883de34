namespace Ants.Testing.Lab;

/// <summary>
/// The nftables rules of a NAT for IPv6, which it does not translate: a home router's firewall (RFC 6092 section 3.3), which lets out what comes from
/// inside, and in what answers it.
/// </summary>
/// <remarks>As in <see cref="NatRules"/>: what comes unasked is dropped before it is confirmed as a connection of its own.</remarks>
internal static class FirewallRules
{
    /// <summary>The whole table.</summary>
    public static string Table => $$"""
        table ip6 ants {
          counter {{NatRules.OutboundCounter}} { }; counter {{NatRules.InboundCounter}} { }; counter {{NatRules.RefusedCounter}} { }; counter {{NatRules.BlockedCounter}} { }
          chain firewall { }
          chain forward {
            type filter hook forward priority 0; policy accept;
            jump firewall
            iifname "wan" ct state new,invalid counter name {{NatRules.RefusedCounter}} drop
            iifname "lan" counter name {{NatRules.OutboundCounter}}
            iifname "wan" counter name {{NatRules.InboundCounter}}
          }
        }
        """;

    /// <summary>Lets all pass that the firewall itself lets pass.</summary>
    public static string Open => "flush chain ip6 ants firewall";

    /// <summary>Drops all UDP, both ways: nobody that a cut keeps has an IPv6 address.</summary>
    public static string DropUdp => $"""
        {Open}
        add rule ip6 ants firewall meta l4proto udp counter name {NatRules.BlockedCounter} drop
        """;

    /// <summary>Drops everything, both ways.</summary>
    public static string DropAll => $"""
        {Open}
        add rule ip6 ants firewall counter name {NatRules.BlockedCounter} drop
        """;
}
