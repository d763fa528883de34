using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants.Relay;

/// <summary>What a relay is started with. It is read once, by <see cref="RelayServer.StartAsync"/>; later changes have no effect.</summary>
public sealed class RelayOptions
{
    // An upper bound that no machine reaches, so that a figure beyond it is a mistake in units.
    internal const int MostAgents = 10_000_000;

    // Less than the longest packet a second would let no full packet through at all.
    internal const long LeastForwardBytesPerSecond = 1500;

    // A lookup asks all of them at once, at the expense of whoever looks; a list that is longer wants a directory.
    private const int MostPeerRelays = 16;

    /// <summary>The relay's key, by which agents know it. It stays the caller's to dispose, after the relay.</summary>
    public required AgentIdentity Identity { get; set; }

    /// <summary>
    /// The address and UDP port to listen on; port 0 takes any free one. A wildcard address of either family means both, and
    /// needs <see cref="AdvertisedHost"/>.
    /// </summary>
    public required IPEndPoint Listen { get; set; }

    /// <summary>
    /// The DNS name or IP address by which agents find this relay. Default: the address of <see cref="Listen"/>.
    /// </summary>
    public string? AdvertisedHost { get; set; }

    /// <summary>The port by which agents find this relay, where a forward stands before it. Default: the one that it listens on.</summary>
    public int? AdvertisedPort { get; set; }

    /// <summary>
    /// A second UDP port, which answers STUN alone: by comparing two, agents learn how their NAT maps and filters. Default: <see langword="null"/>,
    /// the one after <see cref="Listen"/>'s (any free one if that is 0), or none where it cannot be had or where <see cref="AdvertisedPort"/> is
    /// another than the port of <see cref="Listen"/>. 0: none. A port that is named must be free, and reach agents by the same number.
    /// </summary>
    public int? StunPort { get; set; }

    /// <summary>
    /// Other relays that this one asks for the records of agents that are not registered here, so that its agents find those with
    /// whom they share no relay; at most 16, each with its key. This relay itself may be among them, and is passed over: one list
    /// serves all. Default: none. They learn for whom this relay's agents look.
    /// </summary>
    /// <remarks>A session with each is kept up by UDP. What is named here is called, and nothing that agents or records name is.</remarks>
    public ICollection<RelayAddress> PeerRelays { get; } = [];

    /// <summary>
    /// Agents that are served at once; those beyond are refused as busy. Default: 100,000, which take about a gigabyte.
    /// </summary>
    public int MaxAgents { get; set; } = 100_000;

    /// <summary>
    /// Bytes of packets that are forwarded for one agent per second, in the long run; a second's worth may come at once, and
    /// what is more is dropped. Default: 1,250,000,000 (ten gigabits a second), which only keeps one agent from taking a whole
    /// network card; an operator who pays for traffic sets less.
    /// </summary>
    public long ForwardBytesPerSecond { get; set; } = 1_250_000_000;

    /// <summary>
    /// WebSockets that agents may have open at once; those beyond are told to try again later. Default: 20,000, which take about
    /// a gigabyte: each has buffers of its own, and TLS.
    /// </summary>
    public int MaxWebSockets { get; set; } = 20_000;

    /// <summary>
    /// WebSockets that may be open from one address. Default: 1,000, a company behind one proxy; behind a reverse proxy of your
    /// own, which all of them come from, set it to <see cref="MaxWebSockets"/>.
    /// </summary>
    public int MaxWebSocketsPerAddress { get; set; } = 1_000;

    /// <summary>Where the relay logs. Default: nowhere. Messages hold ids and addresses, never content or keys.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Makes the meter <c>Ants.Relay</c>, whose instruments docs/operations.md lists. Default: <see langword="null"/>, one meter for the process. Relays with one
    /// meter add up.
    /// </summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>The world that the relay runs in. Default: the machine's own network.</summary>
    public AntsNetwork Network { get; set; } = AntsNetwork.System;

    /// <summary>Checks everything that can be wrong before anything is opened. A relay's start calls it.</summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.InvalidOptions"/>; the message is one line with everything that is wrong and what is accepted.
    /// </exception>
    public void Validate()
    {
        List<string> problems = [.. RequiredProblems(), .. LimitProblems(), .. PeerProblems()];
        if (problems.Count == 0)
        {
            problems.AddRange(AddressProblems());
        }

        if (problems.Count > 0)
        {
            throw new AntsException(AntsError.InvalidOptions, string.Join(" ", problems));
        }
    }

    /// <summary>The address that agents are given, for a relay that listens on <paramref name="port"/>.</summary>
    internal RelayAddress AddressAt(int port) =>
        new(AdvertisedHost ?? Listen.Address.ToString(), AdvertisedPort ?? port, new RelayId(Identity.Id));

    /// <summary>The second port to bind for a relay that listens on <paramref name="port"/>, 0 for any; null for none.</summary>
    internal int? StunPortFor(int port) => StunPort switch
    {
        0 => null,
        { } named => named,
        null when AdvertisedPort is { } advertised && advertised != port => null,
        null when Listen.Port == 0 => 0,
        null => port < ushort.MaxValue ? port + 1 : null,
    };

    internal static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private IEnumerable<string> RequiredProblems()
    {
        (object? Value, string Name)[] required =
        [
            (Identity, nameof(Identity)), (Listen, nameof(Listen)),
            (LoggerFactory, nameof(LoggerFactory)), (Network, nameof(Network)),
        ];
        return required.Where(r => r.Value is null).Select(r => $"{r.Name} is null: it needs a value.");
    }

    private IEnumerable<string> LimitProblems()
    {
        if (MaxAgents is < 1 or > MostAgents)
        {
            yield return $"MaxAgents is {MaxAgents}: 1 to {MostAgents} is accepted.";
        }

        if (MaxWebSockets < 0 || MaxWebSocketsPerAddress < 0)
        {
            yield return $"MaxWebSockets is {MaxWebSockets} and MaxWebSocketsPerAddress {MaxWebSocketsPerAddress}: 0 (none) or more is accepted.";
        }

        if (ForwardBytesPerSecond < LeastForwardBytesPerSecond)
        {
            yield return $"ForwardBytesPerSecond is {ForwardBytesPerSecond}: {LeastForwardBytesPerSecond} or more is accepted.";
        }

        if (StunPort is < 0 or > ushort.MaxValue || (StunPort > 0 && StunPort == Listen?.Port))
        {
            yield return $"StunPort is {StunPort}: another port than the one of Listen is accepted, 1 to {ushort.MaxValue}, or 0 for none.";
        }

        if (AdvertisedPort is < 1 or > ushort.MaxValue)
        {
            yield return $"AdvertisedPort is {AdvertisedPort}: 1 to {ushort.MaxValue} is accepted.";
        }
    }

    private IEnumerable<string> PeerProblems()
    {
        if (PeerRelays.Contains(null!))
        {
            yield return "PeerRelays holds null: each relay needs an address.";
            yield break;
        }

        if (PeerRelays.Count > MostPeerRelays)
        {
            yield return $"{PeerRelays.Count} peer relays are named: at most {MostPeerRelays} are accepted.";
        }

        foreach (RelayAddress relay in PeerRelays.Where(relay => relay.Id is null))
        {
            yield return $"The peer relay {relay} has no key: accepted is {relay}#z6Mk... with the relay's id, which the relay prints when it starts.";
        }

        foreach (RelayId twice in PeerRelays.Where(relay => relay.Id is not null).GroupBy(relay => relay.Id!.Value).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"The peer relay with the key {twice} is named more than once: one address for each is accepted.";
        }
    }

    private IEnumerable<string> AddressProblems()
    {
        if (AdvertisedHost is null && IsWildcard(Listen.Address))
        {
            yield return $"Listen is {Listen}, all addresses: AdvertisedHost must name the one by which agents find the relay.";
        }
        else if (AdvertisedHost is null && !IsPlain(Listen.Address))
        {
            yield return $"Listen is {Listen}, which no agent elsewhere can call: accepted is an address of one host, or AdvertisedHost beside it.";
        }
        else if (AdvertisedHost is { } host && !RelayAddress.TryParse($"ants://{Bracket(host)}/", out _))
        {
            yield return $"AdvertisedHost '{host}' is not a host: a DNS name or an IP address is accepted.";
        }
    }

    private static bool IsPlain(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork || (!address.IsIPv6Multicast && address.ScopeId == 0);

    private static string Bracket(string host) => host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
}
