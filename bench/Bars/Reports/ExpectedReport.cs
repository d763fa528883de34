using System.Net;
using System.Text.Json;
using Ants.Nat;
using Ants.Samples.TwoNats;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars.Reports;

/// <summary>What a report from a home of the lab has to say, from what the lab built alone.</summary>
internal static class ExpectedReport
{
    // Ethernet's, on every link of the lab.
    private const int Mtu = 1500;

    /// <summary>What is wrong with a report: each fact with what it should be and what it is. Empty when it is right.</summary>
    /// <param name="home">Where it was made.</param>
    /// <param name="peerKind">What the peer is behind that it called.</param>
    /// <param name="report">What samples/Doctor printed.</param>
    public static IEnumerable<string> Differences(LabHome home, LabHomeKind peerKind, JsonElement report)
    {
        JsonElement network = report.GetProperty("network"), v4 = network.GetProperty("families")[0], v6 = network.GetProperty("families")[1];
        NetworkTraits traits = NetworkTraits.Of(home.Kind);
        return
        [
            .. Differs("complete", network.GetProperty("complete").GetBoolean(), true),
            .. Differs("UDP", network.GetProperty("udp").GetString(), traits.HasUdp ? "passes" : "blocked"),
            .. Differs("IPv4 host address", Texts(v4, "host_addresses"), home.Host.Address.ToString()),
            .. Differs("IPv6 host address", Texts(v6, "host_addresses"), home.Host.Address6?.ToString() ?? ""),
            .. Differs("public address", string.Join(' ', Addresses(v4).Distinct()), traits.HasUdp ? home.Host.PublicAddress.ToString() : ""),
            .. Differs("NAT", Member(v4.GetProperty("nat"), "name"), NatOf(home.Kind)),
            .. Differs("ports", Member(v4.GetProperty("nat"), "ports")?.Split(',')[0], PortsOf(home.Kind)),

            // The carrier of the lab that hairpins does so between two homes, and not from one back to itself, which is what a host alone can try.
            .. Differs("hairpinning", Member(v4.GetProperty("nat"), "hairpinning") == "True", false),
            .. Differs("mapped by", string.Join(' ', network.GetProperty("mappings").EnumerateArray().Select(mapping => Member(mapping, "protocol"))), MappedBy(home.Kind)),
            .. Differs("relays", string.Join(' ', network.GetProperty("relays").EnumerateArray().Select(relay => $"{Member(relay, "carrier")}:{Member(relay, "mtu")}").Distinct()),
                traits.HasUdp ? $"udp:{Mtu}" : "websocket:"),
            .. OfPeer(home.Kind, peerKind, report.GetProperty("peer")),
        ];
    }

    private static IEnumerable<string> OfPeer(LabHomeKind kind, LabHomeKind peerKind, JsonElement peer)
    {
        bool isDirect = Expectation.IsDirect(kind, peerKind);
        RelayedReason reason = isDirect ? RelayedReason.None : kind.HasUdp() ? RelayedReason.Unforeseeable : RelayedReason.UdpBlocked;
        return [.. Differs("path", Member(peer, "path"), isDirect ? "direct" : "relayed"), .. Differs("reason", Member(peer, "reason"), reason.ToString())];
    }

    private static string? NatOf(LabHomeKind kind) => NetworkTraits.Of(kind) switch
    {
        { HasUdp: false } => null,
        _ when kind == LabHomeKind.Open => "no NAT",
        { MapsByEndpoint: false } => "symmetric NAT",
        { Filter: NetworkFilter.AddressAndPort } => "port-restricted NAT",
        { Filter: NetworkFilter.Address } => "address-restricted NAT",
        _ => "full-cone NAT",
    };

    private static string? PortsOf(LabHomeKind kind) => NetworkTraits.Of(kind) switch
    {
        { HasUdp: false } => null,
        _ when kind == LabHomeKind.Open => "unknown",
        { IsSequential: true } => "sequential",
        { MapsByEndpoint: false } => "random",
        _ => "preserved",
    };

    private static string MappedBy(LabHomeKind kind) => kind.MappedBy() switch
    {
        PortMappingProtocols.None => "",
        var protocols when protocols.HasFlag(PortMappingProtocols.Pcp) => "PCP",
        PortMappingProtocols.NatPmp => "NAT-PMP",
        _ => "UPnP",
    };

    private static IEnumerable<string> Differs<T>(string what, T found, T expected) =>
        EqualityComparer<T>.Default.Equals(found, expected) ? [] : [$"{what} is '{found}' and should be '{expected}'"];

    private static string? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.GetProperty(name) is { ValueKind: not JsonValueKind.Null } member ? member.ToString() : null;

    private static string Texts(JsonElement element, string name) => string.Join(' ', element.GetProperty(name).EnumerateArray().Select(text => text.GetString()));

    private static IEnumerable<IPAddress> Addresses(JsonElement family) =>
        family.GetProperty("public_addresses").EnumerateArray().Select(text => IPEndPoint.Parse(text.GetString()!).Address);
}
