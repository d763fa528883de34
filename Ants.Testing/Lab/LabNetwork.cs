using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace Ants.Testing.Lab;

/// <summary>
/// The wiring: the public router, and what hangs on it. Every node is a network namespace; every public node is on a
/// link of its own to the router, which has a route to its address: so each link can be treated (delayed, shaped) alone.
/// </summary>
internal sealed partial class LabNetwork(LabHolder holder)
{
    public const string PublicRouter = "public";

    private readonly Lock _gate = new();
    private readonly HashSet<string> _names = [PublicRouter];
    private readonly ConcurrentDictionary<string, string> _publicPorts = [];
    private int _publicHosts;
    private int _nats;
    private int _ports;

    public LabHolder Holder => holder;

    /// <summary>The first node.</summary>
    public Task AddPublicRouterAsync() => holder.RunAsync($"""
        {NewNode(PublicRouter)}
        {Forwarding(PublicRouter)}
        """);

    public async Task<LabHost> AddPublicHostAsync(string name)
    {
        Reserve(name);
        int index = Take(ref _publicHosts, LabAddressPlan.MaximumPublicHosts, "public hosts");
        IPAddress address = LabAddressPlan.PublicHost(index);
        string port = _publicPorts[name] = NewPort();
        await holder.RunAsync(NewNode(name) + PublicLink(name, "eth0", address, port));
        return new LabHost(this, name, address);
    }

    /// <summary>Gives a public host one more address.</summary>
    public async Task<IPAddress> AddPublicAddressAsync(LabHost host)
    {
        IPAddress address = LabAddressPlan.PublicHost(Take(ref _publicHosts, LabAddressPlan.MaximumPublicHosts, "public hosts"));
        await holder.RunAsync($"""
            ip -n {host.Name} addr add {address}/32 dev eth0
            ip -n {PublicRouter} route add {address} dev {_publicPorts[host.Name]}
            """);
        return address;
    }

    public async Task<LabNat> AddNatAsync(string name, LabNatOptions options)
    {
        Check(options);
        Reserve(name);
        int index = Take(ref _nats, LabAddressPlan.MaximumNats, "NATs");
        LabInterface? home = options.Behind is { } carrier ? NewInterface(carrier, "wan") : null;
        LabNat nat = new(this, name, options, index, home is null ? NewPort() : null, home?.Address ?? LabAddressPlan.Nat(index, generation: 0));
        string inside = options.Behaviour == LabNatBehaviour.Open
            ? $"{nat.PublicAddress}/32"
            : $"{LabAddressPlan.PrivateGateway(index, options.IsCarrier)}/24";
        await holder.RunAsync($"""
            {NewNode(name)}{(options.HasIPv6 ? $"{LabCabling.TrustAddresses(PublicRouter)}\n{LabCabling.TrustAddresses(name)}\n" : "")}{(home is null ? PublicLink(name, "wan", nat.PublicAddress, nat.Port!) : LabCabling.Plug(name, home) + LabCabling.Prefer(name, home))}
            ip -n {name} -batch - <<'LINKS'
            link add lan type bridge mcast_snooping 0
            addr add {inside} dev lan
            link set lan up
            LINKS
            {Forwarding(name)}
            {(options.HasIPv6 ? IPv6(nat) : "")}
            ip netns exec {name} nft -f - <<'RULES'
            {NatRules.Table(options, nat.PublicAddress)}
            {(options.HasIPv6 ? FirewallRules.Table : "")}
            RULES
            """);
        return nat;
    }

    /// <summary>Adds a host on a NAT's private side.</summary>
    public async Task<LabHost> AddInsideHostAsync(LabNat nat, string name)
    {
        Reserve(name);
        LabInterface first = NewInterface(nat, "eth0");
        await holder.RunAsync(NewNode(name) + LabCabling.Plug(name, first) + LabCabling.Prefer(name, first));
        return new LabHost(this, name, first);
    }

    /// <summary>A cable that is not plugged in yet, with the next free address behind a NAT.</summary>
    public static LabInterface NewInterface(LabNat nat, string device)
    {
        int nth = nat.TakePlace();
        IPAddress address = nat.Behaviour == LabNatBehaviour.Open
            ? LabAddressPlan.Nat(nat.Index, nth + 1)
            : LabAddressPlan.PrivateHost(nat.Index, nat.Options.IsCarrier, nth);
        return new LabInterface(nat, device, $"lan{nth}", address, nat.Options.HasIPv6 ? LabAddressPlan.PrivateHost6(nat.Index, nth) : null);
    }

    /// <summary>Gives a NAT another public address in place of its present one.</summary>
    public Task MoveNatAsync(LabNat nat, IPAddress to) => holder.RunAsync($"""
        ip -n {PublicRouter} route add {to} dev {nat.Port}
        ip -n {nat.Name} -batch - <<'LINKS'
        addr add {to}/32 dev wan
        addr del {nat.PublicAddress}/32 dev wan
        route replace default via {LabAddressPlan.PublicRouter} dev wan onlink
        LINKS
        ip -n {PublicRouter} route del {nat.PublicAddress} dev {nat.Port}
        ip netns exec {nat.Name} conntrack -F
        """);

    private static void Check(LabNatOptions options)
    {
        if (options.Behaviour == LabNatBehaviour.Open && options != new LabNatOptions(LabNatBehaviour.Open))
        {
            throw new ArgumentException("An open NAT translates nothing: it is no carrier, behind none, and has no hairpin, lifetimes or IPv6.", nameof(options));
        }

        if (options.Hairpins && options.Behaviour != LabNatBehaviour.PortRestricted)
        {
            throw new ArgumentException("Only a port-restricted NAT hairpins here.", nameof(options));
        }

        if (options.Behind is { Options.IsCarrier: false })
        {
            throw new ArgumentException($"{options.Behind.Name} is no carrier.", nameof(options));
        }

        if (options.HasIPv6 && (options.IsCarrier || options.Behind is not null))
        {
            throw new ArgumentException("Carriers' NATs have no IPv6 here, nor what is behind them.", nameof(options));
        }

        if (options.MappingLifetime is { } lifetime && (lifetime < TimeSpan.FromSeconds(1) || lifetime.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            throw new ArgumentException("Mappings live for whole seconds, one at least.", nameof(options));
        }
    }

    private static string NewNode(string name) => $"""
        ip netns add {name}
        ip -n {name} link set lo up

        """;

    // A container may let nobody write here, but have it switched on already: what counts is what it is afterwards.
    private static string Forwarding(string name) => $"""
        ip netns exec {name} sh -c 'f=/proc/sys/net/ipv4/ip_forward; echo 1 >$f || test "$(cat $f)" = 1'
        """;

    private static string IPv6(LabNat nat) => $"""
        ip -n {PublicRouter} -batch - <<'LINKS'
        addr add {LabAddressPlan.PublicRouter6}/128 dev {nat.Port} nodad
        route add {LabAddressPlan.Nat6(nat.Index)} dev {nat.Port}
        route add {LabAddressPlan.PrivateNetwork6(nat.Index)} via {LabAddressPlan.Nat6(nat.Index)} dev {nat.Port} onlink
        LINKS
        ip -n {nat.Name} -batch - <<'LINKS'
        addr add {LabAddressPlan.Nat6(nat.Index)}/128 dev wan nodad
        route add default via {LabAddressPlan.PublicRouter6} dev wan onlink
        addr add {LabAddressPlan.PrivateGateway6(nat.Index)}/64 dev lan nodad
        LINKS
        {Forwarding6(PublicRouter)}
        {Forwarding6(nat.Name)}
        """;

    private static string Forwarding6(string name) => $"""
        ip netns exec {name} sh -c 'f=/proc/sys/net/ipv6/conf/all/forwarding; echo 1 >$f || test "$(cat $f)" = 1'
        """;

    private static string PublicLink(string name, string device, IPAddress address, string port) => $"""
        ip -n {PublicRouter} -batch - <<'LINKS'
        link add {port} type veth peer name {device} netns {name}
        addr add {LabAddressPlan.PublicRouter}/32 dev {port}
        link set {port} up
        route add {address} dev {port}
        LINKS
        ip -n {name} -batch - <<'LINKS'
        addr add {address}/32 dev {device}
        link set {device} up
        route add default via {LabAddressPlan.PublicRouter} dev {device} onlink
        LINKS
        """;

    private static int Take(ref int counter, int limit, string what)
    {
        int taken = Interlocked.Increment(ref counter) - 1;
        return taken < limit ? taken : throw new LabException($"A lab has room for {limit} {what}.");
    }

    private string NewPort() => $"port{Interlocked.Increment(ref _ports)}";

    private void Reserve(string name)
    {
        if (!NodeName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' cannot name a node: letters, digits and hyphens can, at most 60.", nameof(name));
        }

        lock (_gate)
        {
            if (!_names.Add(name))
            {
                throw new ArgumentException($"The lab already has a node named '{name}'.", nameof(name));
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,59}$")]
    private static partial Regex NodeName();
}
