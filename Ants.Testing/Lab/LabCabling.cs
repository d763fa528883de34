namespace Ants.Testing.Lab;

/// <summary>The commands that plug hosts into the private sides of NATs, pull them out, and say which way their traffic takes.</summary>
internal static class LabCabling
{
    /// <summary>Plugs it in, with its address. An open NAT's host has a public address that is routed to it.</summary>
    public static string Plug(string host, LabInterface cable) => $"""
        {(cable.Address6 is null ? "" : TrustAddresses(host))}
        ip -n {cable.Nat.Name} -batch - <<'LINKS'
        link add {cable.Port} type veth peer name {cable.Device} netns {host}
        link set {cable.Port} master lan up
        LINKS
        ip -n {host} -batch - <<'LINKS'
        addr add {cable.Address}/{(cable.IsOpen ? 32 : 24)} dev {cable.Device}
        link set {cable.Device} up
        {(cable.Address6 is { } six ? $"addr add {six}/64 dev {cable.Device} nodad" : "")}
        LINKS
        {(cable.IsOpen ? Routes(cable, "add") : "")}

        """;

    /// <summary>Pulls it out.</summary>
    public static string Pull(string host, LabInterface cable) => $"""
        ip -n {host} link del {cable.Device}
        {(cable.IsOpen ? Routes(cable, "del") : "")}

        """;

    /// <summary>Has all traffic of the host take it.</summary>
    public static string Prefer(string host, LabInterface cable) => $"""
        ip -n {host} route replace default via {cable.Gateway} dev {cable.Device} onlink
        {(cable.Address6 is null ? "" : $"ip -n {host} -6 route replace default via {LabAddressPlan.PrivateGateway6(cable.Nat.Index)} dev {cable.Device}")}

        """;

    /// <summary>
    /// Has a node's interfaces to come use their IPv6 addresses at once, the link-local ones too, without looking for others that have them
    /// (RFC 4862 section 5.4), which takes two seconds: in a network of our own there are none.
    /// </summary>
    public static string TrustAddresses(string node) => $"""
        ip netns exec {node} sh -c 'f=/proc/sys/net/ipv6/conf/default/accept_dad; echo 0 >$f || true'
        """;

    private static string Routes(LabInterface cable, string verb) => $"""
        ip -n {cable.Nat.Name} route {verb} {cable.Address} dev lan
        ip -n {LabNetwork.PublicRouter} route {verb} {cable.Address} via {cable.Nat.PublicAddress} dev {cable.Nat.Port} onlink
        """;
}
