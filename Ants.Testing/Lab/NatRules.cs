using System.Globalization;
using System.Net;

namespace Ants.Testing.Lab;

/// <summary>
/// The nftables rules of one NAT. <c>lan</c> is its private interface, <c>wan</c> its public one.
/// </summary>
/// <remarks>
/// <para>
/// Linux keeps a source port when it can, and gives a source that already has a mapping the same one again:
/// endpoint-independent mapping. With <c>fully-random</c> every connection gets a port of its own: address- and
/// port-dependent mapping. Connection tracking itself filters by address and port, if unsolicited packets are
/// <em>dropped</em> before they are confirmed as a connection of their own: otherwise an early packet of the peer
/// would occupy the tuple, and the mapping made a moment later would get another port.
/// </para>
/// <para>
/// A sequential NAT numbers its connections, and each gets the port that its number says: nothing else in Linux hands out ports in their order.
/// </para>
/// <para>
/// The two cones need more: postrouting notes each mapping (and whom it has talked to) as the packet leaves, and
/// prerouting sends a new flow to the host that the note names. Like a real NAT's, a note lives from the last
/// outbound packet on; flows that came in by it live as long as they are used.
/// </para>
/// </remarks>
internal static class NatRules
{
    public const string OutboundCounter = "outbound";
    public const string InboundCounter = "inbound";
    public const string RefusedCounter = "refused";
    public const string BlockedCounter = "blocked";

    // RFC 4787 REQ-5: a mapping lives at least two minutes; so does Linux's nf_conntrack_udp_timeout_stream.
    private const string MappingTimeout = "120s";

    // After the first ForgetMappings ports come from 10000-10999, then 11000-11999, and so on up to 29999, then again
    // from 10000: always another port than before, and below 32768, where the hosts' own ephemeral ports begin.
    private const int FirstPort = 10_000;
    private const int PortsPerGeneration = 1_000;
    private const int Generations = 20;

    // A sequential NAT's ports, after which it begins anew: below the hosts' own, and more than any test makes mappings.
    private const int FirstSequentialPort = 20_000;
    private const int SequentialPorts = 4_096;

    // Where a NAT hairpins, what one sends to the public port of another goes there: see HairpinOut.
    private const string HairpinIn = """iifname "lan" fib daddr type local dnat ip to udp dport map @mappings""";

    /// <summary>The whole table, for a new NAT.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="address">Its address towards the internet, at first.</param>
    public static string Table(LabNatOptions options, IPAddress address) =>
        options.Behaviour == LabNatBehaviour.Open ? OpenTable : TranslatingTable(options, address);

    private static string OpenTable => $$"""
          table ip ants {
            {{Counters}}
            chain firewall { }
            chain forward {
              type filter hook forward priority 0; policy accept;
              jump firewall
              iifname "lan" counter name {{OutboundCounter}}
              iifname "wan" counter name {{InboundCounter}}
            }
          }
          """;

    private static string TranslatingTable(LabNatOptions options, IPAddress address)
    {
        LabNatBehaviour behaviour = options.Behaviour;
        string lifetime = options.MappingLifetime is { } lives ? string.Create(CultureInfo.InvariantCulture, $"{lives.TotalSeconds}s") : MappingTimeout;
        return $$"""
          table ip ants {
            {{Counters}}
            map forwards { type inet_service : ipv4_addr . inet_service; }
            map tcp-forwards { type inet_service : ipv4_addr . inet_service; }
            map mappings { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout {{lifetime}}; size 65535; }
            set contacted { type inet_service . ipv4_addr; flags dynamic,timeout; timeout {{lifetime}}; size 65535; }
            chain firewall {
              {{Firewall(behaviour)}}
            }
            chain prerouting {
              type nat hook prerouting priority -100; policy accept;
              iifname "wan" dnat ip to udp dport map @forwards
              iifname "wan" dnat ip to tcp dport map @tcp-forwards
              {{Admission(behaviour)}}
              {{(options.Hairpins ? HairpinIn : "")}}
            }
            chain hairpin {
              type nat hook postrouting priority 90; policy accept;
              {{(options.Hairpins ? HairpinOut(address) : "")}}
            }
            chain postrouting {
              type nat hook postrouting priority 100; policy accept;
              {{Masquerade(behaviour, generation: 0)}}
            }
            chain learn {
              type filter hook postrouting priority 110; policy accept;
              {{Learning(options)}}
            }
            chain forward {
              type filter hook forward priority 0; policy accept;
              jump firewall
              iifname "wan" ct state new ct status dnat counter name {{InboundCounter}} accept
              iifname "wan" ct state new,invalid counter name {{RefusedCounter}} drop
              iifname "lan" counter name {{OutboundCounter}}
              iifname "wan" counter name {{InboundCounter}}
            }
            chain input {
              type filter hook input priority 0; policy accept;
              iifname "wan" ct state new,invalid counter name {{RefusedCounter}} drop
              iifname "lan" ip daddr { {{string.Join(", ", LabAddressPlan.NatRanges)}} } counter name {{RefusedCounter}} drop
            }
            {{Lifetime(options.MappingLifetime)}}
          }
          """;
    }

    /// <summary>Makes the next mappings take other ports than any before.</summary>
    public static string ForgetMappings(LabNatBehaviour behaviour, int generation) => $$"""
        flush chain ip ants postrouting
        table ip ants { chain postrouting { {{Masquerade(behaviour, generation)}}; }; }
        flush map ip ants mappings
        flush set ip ants contacted
        """;

    /// <summary>Sends what comes to a public UDP port to a host, for good.</summary>
    public static string ForwardPort(int publicPort, IPAddress host, int hostPort) => string.Create(
        CultureInfo.InvariantCulture, $"add element ip ants forwards {{ {publicPort} : {host} . {hostPort} }}");

    /// <summary>Sends what comes to a public TCP port to a host, for good.</summary>
    public static string ForwardTcpPort(int publicPort, IPAddress host, int hostPort) => string.Create(
        CultureInfo.InvariantCulture, $"add element ip ants tcp-forwards {{ {publicPort} : {host} . {hostPort} }}");

    /// <summary>Lets all pass that the NAT itself lets pass.</summary>
    public static string OpenFirewall => "flush chain ip ants firewall";

    /// <summary>Drops all UDP, both ways, but that with the addresses to keep.</summary>
    public static string CloseFirewall(IReadOnlyCollection<IPAddress> keep)
    {
        string set = "{ " + string.Join(", ", keep) + " }";
        (string to, string from) = keep.Count == 0 ? ("", "") : ($"ip daddr != {set} ", $"ip saddr != {set} ");
        return $"""
            {OpenFirewall}
            add rule ip ants firewall iifname "lan" meta l4proto udp {to}counter name {BlockedCounter} drop
            add rule ip ants firewall iifname "wan" meta l4proto udp {from}counter name {BlockedCounter} drop
            """;
    }

    /// <summary>Lets out TCP to a port, on one host if one is named, and nothing else.</summary>
    public static string LetOutOnlyTcp(int port, IPAddress? to)
    {
        (string there, string back) = to is null ? ("", "") : ($"ip daddr {to} ", $"ip saddr {to} ");
        return string.Create(CultureInfo.InvariantCulture, $"""
            {OpenFirewall}
            add rule ip ants firewall iifname "lan" {there}tcp dport {port} return
            add rule ip ants firewall iifname "wan" {back}tcp sport {port} return
            add rule ip ants firewall counter name {BlockedCounter} drop
            """);
    }

    private static string Firewall(LabNatBehaviour behaviour) => behaviour switch
    {
        LabNatBehaviour.UdpBlocked => $"meta l4proto udp counter name {BlockedCounter} drop",
        LabNatBehaviour.ProxyOnly => $"counter name {BlockedCounter} drop",
        _ => "",
    };

    private static string Counters =>
        $"counter {OutboundCounter} {{ }}; counter {InboundCounter} {{ }}; counter {RefusedCounter} {{ }}; counter {BlockedCounter} {{ }}";

    private static string Admission(LabNatBehaviour behaviour) => behaviour switch
    {
        LabNatBehaviour.FullCone => """iifname "wan" dnat ip to udp dport map @mappings""",
        LabNatBehaviour.AddressRestricted => """iifname "wan" udp dport . ip saddr @contacted dnat ip to udp dport map @mappings""",
        _ => "",
    };

    // It comes from the sender's own public port, which is that of its host, as long as no two hosts have the same.
    private static string HairpinOut(IPAddress address) =>
        $$"""oifname "lan" ip saddr { {{LabAddressPlan.InsideRanges}} } ct status dnat meta l4proto udp snat to {{address}}""";

    private static string Learning(LabNatOptions options)
    {
        // Only packets from inside refresh a mapping (RFC 4787 REQ-6). The inside endpoint stands in the original
        // tuple of a flow that began inside, and in the reply tuple of one that was let in.
        const string Mappings = """
            oifname "wan" ct direction original meta l4proto udp update @mappings { udp sport : ct original ip saddr . ct original proto-src }
            oifname "wan" ct direction reply meta l4proto udp update @mappings { udp sport : ct reply ip saddr . ct reply proto-src }
            """;
        const string Contacted = """oifname "wan" meta l4proto udp update @contacted { udp sport . ip daddr }""";

        return options.Behaviour switch
        {
            LabNatBehaviour.FullCone => Mappings,
            _ when options.Hairpins => Mappings,
            LabNatBehaviour.AddressRestricted => Mappings + "\n" + Contacted,
            _ => "",
        };
    }

    // Between the lookup of a connection (-200) and its confirmation: only what begins one is told how long it lives.
    private static string Lifetime(TimeSpan? lifetime) => lifetime is not { } lives
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $$"""
            ct timeout lifetime { protocol udp; l3proto ip; policy = { unreplied : {{lives.TotalSeconds}}, replied : {{lives.TotalSeconds}} }; }
            chain lifetimes {
              type filter hook prerouting priority -150; policy accept;
              meta l4proto udp ct timeout set "lifetime"
            }
            """);

    private static string Masquerade(LabNatBehaviour behaviour, int generation)
    {
        if (behaviour is LabNatBehaviour.Symmetric or LabNatBehaviour.PortForwarded)
        {
            return """oifname "wan" masquerade random,fully-random""";
        }

        if (behaviour == LabNatBehaviour.SequentialSymmetric)
        {
            string ports = string.Join(", ", Enumerable.Range(0, SequentialPorts)
                .Select(n => string.Create(CultureInfo.InvariantCulture, $"{n} : {FirstSequentialPort + n}")));
            return string.Create(
                CultureInfo.InvariantCulture,
                $$"""oifname "wan" meta l4proto udp masquerade to :numgen inc mod {{SequentialPorts}} map { {{ports}} }; oifname "wan" masquerade""");
        }

        if (generation == 0)
        {
            return """oifname "wan" masquerade""";
        }

        int first = FirstPort + ((generation - 1) % Generations * PortsPerGeneration);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""oifname "wan" meta l4proto udp masquerade to :{first}-{first + PortsPerGeneration - 1}; oifname "wan" masquerade""");
    }
}
