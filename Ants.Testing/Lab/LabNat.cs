using System.Net;

namespace Ants.Testing.Lab;

/// <summary>
/// A NAT of the lab: a network namespace between its hosts and the public network. With
/// <see cref="LabNatBehaviour.Open"/> it translates nothing, and only its firewall is left.
/// </summary>
public sealed class LabNat
{
    private readonly LabNetwork _network;
    private int _hosts;
    private int _forgotten;
    private int _moves;

    internal LabNat(LabNetwork network, string name, LabNatOptions options, int index, string? port, IPAddress address)
    {
        _network = network;
        Name = name;
        Options = options;
        Index = index;
        Port = port;
        PublicAddress = address;
    }

    /// <summary>The NAT's name, and that of its network namespace.</summary>
    public string Name { get; }

    /// <summary>How it maps and filters.</summary>
    public LabNatBehaviour Behaviour => Options.Behaviour;

    /// <summary>What it is beyond that.</summary>
    public LabNatOptions Options { get; }

    /// <summary>Its address towards the internet now: behind a carrier a private one of the carrier's.</summary>
    public IPAddress PublicAddress { get; private set; }

    /// <summary>The command by which a person gets a shell in the NAT while the lab is up.</summary>
    public string EnterCommand => string.Join(' ', [.. _network.Holder.CommandIn(Name), "bash"]);

    /// <summary>The address that the internet sees: its own, or its carrier's.</summary>
    public IPAddress OutermostAddress => Options.Behind?.OutermostAddress ?? PublicAddress;

    /// <summary>Its address in the network of its hosts, where they look for a router; behind an open one the public address.</summary>
    public IPAddress InsideAddress => Behaviour == LabNatBehaviour.Open ? PublicAddress : LabAddressPlan.PrivateGateway(Index, Options.IsCarrier);

    internal int Index { get; }

    /// <summary>The public router's interface towards this NAT; null behind a carrier.</summary>
    internal string? Port { get; }

    /// <summary>Adds a host behind the NAT; all of them share a LAN. Behind an open NAT it has a public address.</summary>
    /// <param name="name">Letters, digits and hyphens; no other node of the lab has it.</param>
    /// <param name="cancellationToken">Checked before the work begins.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task<LabHost> AddHostAsync(string name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _network.AddInsideHostAsync(this, name);
    }

    /// <summary>Forwards a public UDP port to a host, as an owner does by hand; any behaviour but open can.</summary>
    /// <param name="publicPort">The port on <see cref="PublicAddress"/>.</param>
    /// <param name="host">A host behind this NAT.</param>
    /// <param name="hostPort">The host's port; the same as the public one by default.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task ForwardPortAsync(int publicPort, LabHost host, int? hostPort = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        RequireTranslation();
        return host.Nat == this
            ? ChangeRulesAsync(NatRules.ForwardPort(publicPort, host.Address, hostPort ?? publicPort))
            : throw new ArgumentException($"{host.Name} is not behind {Name}.", nameof(host));
    }

    /// <summary>Forwards a public TCP port to a host, as <see cref="ForwardPortAsync"/> does a UDP port.</summary>
    /// <inheritdoc cref="ForwardPortAsync"/>
    public Task ForwardTcpPortAsync(int publicPort, LabHost host, int? hostPort = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        RequireTranslation();
        return host.Nat == this
            ? ChangeRulesAsync(NatRules.ForwardTcpPort(publicPort, host.Address, hostPort ?? publicPort))
            : throw new ArgumentException($"{host.Name} is not behind {Name}.", nameof(host));
    }

    /// <summary>
    /// Cuts the direct paths: drops all UDP, both ways, between the hosts behind this NAT and anyone but the hosts to
    /// keep. Replaces an earlier cut or block.
    /// </summary>
    /// <param name="keep">Hosts that stay reachable: the relays.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task CutAsync(params IReadOnlyCollection<LabHost> keep) =>
        ChangeFirewallAsync(NatRules.CloseFirewall([.. keep.Select(host => host.PublicAddress)]), FirewallRules.DropUdp);

    /// <summary>Drops all UDP, both ways, as networks do that let only web traffic out.</summary>
    /// <exception cref="LabException">A command failed.</exception>
    public Task BlockUdpAsync() => ChangeFirewallAsync(NatRules.CloseFirewall([]), FirewallRules.DropUdp);

    /// <summary>
    /// Drops everything, both ways, but TCP to a port: on any host, as networks do that let only HTTPS out, or on one host, as
    /// networks do where all must go through a proxy. Replaces an earlier cut or block.
    /// </summary>
    /// <param name="port">The port.</param>
    /// <param name="to">The host; any by default.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public Task LetOutOnlyTcpAsync(int port, LabHost? to = null) =>
        ChangeFirewallAsync(NatRules.LetOutOnlyTcp(port, to?.PublicAddress), FirewallRules.DropAll);

    /// <summary>Opens the firewall again after <see cref="CutAsync"/> or <see cref="BlockUdpAsync"/>.</summary>
    /// <exception cref="LabException">A command failed.</exception>
    public Task RestoreAsync() => ChangeFirewallAsync(NatRules.OpenFirewall, FirewallRules.Open);

    /// <summary>
    /// Forgets every mapping, as a NAT does that is started anew, and hands out other public ports from now on. Ports
    /// forwarded by hand stay.
    /// </summary>
    /// <exception cref="LabException">A command failed.</exception>
    public Task ForgetMappingsAsync()
    {
        RequireTranslation();
        return _network.Holder.RunAsync($"""
            {Rules(NatRules.ForgetMappings(Behaviour, Interlocked.Increment(ref _forgotten)))}
            ip netns exec {Name} conntrack -F
            """);
    }

    /// <summary>Moves the NAT to another public address; its mappings are lost.</summary>
    /// <returns>The new <see cref="PublicAddress"/>.</returns>
    /// <exception cref="LabException">A command failed.</exception>
    public async Task<IPAddress> ChangePublicAddressAsync()
    {
        RequireTranslation();
        if (Options.Behind is not null || Options.HasIPv6 || Options.Hairpins)
        {
            throw new InvalidOperationException($"{Name} cannot move: it is behind a carrier, has IPv6 addresses behind it, or hairpins.");
        }

        IPAddress next = LabAddressPlan.Nat(Index, Interlocked.Increment(ref _moves));
        await _network.MoveNatAsync(this, next);
        return PublicAddress = next;
    }

    /// <summary>Reads how many packets went through and how many did not.</summary>
    /// <exception cref="LabException">A command failed.</exception>
    public async Task<LabNatCounters> ReadCountersAsync() =>
        LabNatCounters.Parse(await _network.Holder.RunAsync($"ip netns exec {Name} nft list counters"));

    /// <summary>Gives the NAT one more public address, and the internet a route to it.</summary>
    internal Task AddPublicAddressAsync(IPAddress address) => Port is null
        ? throw new InvalidOperationException($"{Name} is behind a carrier, which gives it one address.")
        : _network.Holder.RunAsync($"""
        ip -n {Name} addr add {address}/32 dev wan
        ip -n {LabNetwork.PublicRouter} route add {address} dev {Port}
        """);

    /// <summary>Has nftables take commands.</summary>
    internal Task RunRulesAsync(string commands) => ChangeRulesAsync(commands);

    /// <summary>Runs a command in the NAT's own namespace, and returns what it printed.</summary>
    internal Task<string> RunAsync(string command) => _network.Holder.RunAsync($"ip netns exec {Name} {command}");

    /// <summary>Starts a program on the NAT itself, as what a router runs.</summary>
    /// <param name="fileName">The program; looked for in PATH.</param>
    /// <param name="arguments">Its arguments, as they are: no shell sees them.</param>
    /// <exception cref="LabException">The lab is gone.</exception>
    public Task<LabProcess> StartAsync(string fileName, IEnumerable<string> arguments) =>
        LabProcess.StartAsync(_network.Holder.CommandIn(Name), fileName, arguments, environment: null, CancellationToken.None);

    /// <summary>The number of one more interface on the private side.</summary>
    internal int TakePlace()
    {
        int nth = Interlocked.Increment(ref _hosts) - 1;
        int room = Behaviour == LabNatBehaviour.Open ? LabAddressPlan.AddressesPerNat - 1 : LabAddressPlan.MaximumPrivateHosts;
        return nth < room ? nth : throw new LabException($"This NAT has room for {room} hosts.");
    }

    private Task ChangeFirewallAsync(string rules, string rules6) => ChangeRulesAsync(Options.HasIPv6 ? $"{rules}\n{rules6}" : rules);

    private async Task ChangeRulesAsync(string commands) => await _network.Holder.RunAsync(Rules(commands));

    private string Rules(string commands) => $"""
        ip netns exec {Name} nft -f - <<'RULES'
        {commands}
        RULES
        """;

    private void RequireTranslation()
    {
        if (Behaviour == LabNatBehaviour.Open)
        {
            throw new InvalidOperationException($"{Name} is open: it has no mappings, and its hosts have addresses of their own.");
        }
    }
}
