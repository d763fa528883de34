using System.Diagnostics.Metrics;
using System.Net;
using Ants.Addresses;
using Ants.Nat;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants;

/// <summary>What an agent is started with. It is read once, by <c>AntsAgent.StartAsync</c>; later changes have no effect.</summary>
public sealed class AntsOptions
{
    /// <summary>The most relays that one agent is given to choose from.</summary>
    public const int MaxRelays = 8;

    // A router's clock has seconds; a day is what clients are told to cap leases at (RFC 6887 section 15).
    private static readonly TimeSpan s_minLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_maxLease = TimeSpan.FromDays(1);

    // Above these a timer would be a mistake in units rather than a wish.
    private static readonly TimeSpan s_maxConnectTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_maxSessionLinger = TimeSpan.FromDays(30);

    /// <summary>The agent's key. No default: an agent without a key has no name.</summary>
    public required AgentIdentity Identity { get; set; }

    /// <summary>
    /// The relays to register at. Default: none; then only peers that know an address of this agent reach it, and it
    /// reaches only invites that name one.
    /// </summary>
    public IList<RelayAddress> Relays { get; } = [];

    /// <summary>
    /// How many of <see cref="Relays"/> the agent is registered at, at all times: the nearest and most reliable ones. The others are called when
    /// one fails, and now and then to see how far they are. Default: 2, which survive the loss of one; 1 to 8.
    /// </summary>
    /// <remarks>More cost a keepalive each, and make agents that name different relays likelier to share one.</remarks>
    public int WarmRelays { get; set; } = 2;

    /// <summary>
    /// Decides about each peer that asks for a session, once per session, before anything of the peer's reaches a
    /// <c>Serve</c> handler. Default: everyone is accepted.
    /// </summary>
    /// <remarks>
    /// With the default anyone who learns the agent's id can open a session and use what it serves; the id in
    /// <c>AntsStream.RemoteId</c> is verified, so handlers can still tell peers apart. The function is called on the
    /// agent's own loop: it must answer from memory, not wait. When it throws, the peer is refused.
    /// </remarks>
    public Func<PeerRequest, Admission> Authorize { get; set; } = static _ => Admission.Accept;

    /// <summary>
    /// Keeps the agent's addresses from its peers: no candidates are exchanged, nothing is sent to a peer but through a
    /// relay. Default: <see langword="false"/>. Costs every packet the way through the relay.
    /// </summary>
    public bool RelayOnly { get; set; }

    /// <summary>
    /// The HTTP proxy through which relays are called where UDP does not reach them, with its credentials. Default:
    /// <see langword="null"/>, what the system's settings say (on Linux HTTPS_PROXY, ALL_PROXY and NO_PROXY); a
    /// <c>new WebProxy()</c> without an address means none. UDP goes through no proxy.
    /// </summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>The UDP port to bind, on all addresses of both families. Default: 0, any free port.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Addresses at which peers reach this agent whatever STUN finds: of a port forwarded by hand, or of a static host. They
    /// stand in the agent's invite. They need a fixed <see cref="Port"/>, which is where such a forward leads.
    /// </summary>
    public IList<IPEndPoint> AdvertisedAddresses { get; } = [];

    /// <summary>
    /// By which protocols the router of a private network is asked to let peers in. Default: all; <see cref="PortMappingProtocols.None"/>
    /// asks no router for anything. With <see cref="RelayOnly"/> none is asked either.
    /// </summary>
    /// <remarks>
    /// With a mapping a session becomes direct whatever NAT the peer is behind. What it costs: the agent's UDP port can be reached from
    /// everywhere, where everything but authenticated packets is dropped; and whoever can answer for the router can name a false address, which
    /// costs peers a few small probes. What was asked and given is in <c>AntsAgent.PortMapping</c>.
    /// </remarks>
    public PortMappingProtocols PortMapping { get; set; } = PortMappingProtocols.All;

    /// <summary>
    /// How long a router keeps a mapping that is not renewed: the longest that one outlives an agent that was killed. An agent that is disposed
    /// gives it back. Default: 10 min, renewed every 5; 1 s to one day, and routers may choose more (most not less than 2 min).
    /// </summary>
    /// <remarks>A router that gives endless leases alone is asked for one; the agent's next start on the same host takes it over.</remarks>
    public TimeSpan PortMappingLease { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether the agent finds out what its NAT does: a second after its start, and in each new network, by a dozen or two small requests to its relays
    /// (and <see cref="StunServers"/>) from spare sockets, and a few more within the next half hour. Default: <see langword="true"/>. With
    /// <see cref="RelayOnly"/> it does not.
    /// </summary>
    /// <remarks>What was found is in <c>AntsAgent.Behaviours</c>.</remarks>
    public bool NatDiscovery { get; set; } = true;

    /// <summary>
    /// Further STUN servers to ask what the NAT does, beside the relays; one with two addresses (RFC 5780) tells more than relays with one can. Default: none.
    /// They learn the agent's external address, and that it asks; nothing else is asked of them.
    /// </summary>
    public IList<IPEndPoint> StunServers { get; } = [];

    /// <summary>
    /// The file in which the agent keeps what it found out about the networks that it was in, so that it need not wait for that at its next start.
    /// Default: <see langword="null"/>, the identity's file with <c>.networks</c> appended, or nowhere if the identity is in no file. Empty: nowhere.
    /// </summary>
    /// <remarks>
    /// It holds the external addresses of the last 32 networks, and is for its owner to read. A folder that is missing costs a warning in the log.
    /// </remarks>
    public string? NetworksFile { get; set; }

    /// <summary>
    /// How long a call waits for a peer that its relay knows, or that is called at a direct address. Default: 10 s, which
    /// leaves room for six retransmissions of a first packet. A peer that no relay knows is reported at once.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a session without any working path is kept, to go on where it stood: over a lunch break, not over a night.
    /// Default: 1 h. Longer costs the memory of sessions that never come back.
    /// </summary>
    public TimeSpan SessionLinger { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where the agent logs. Default: nowhere. Messages hold ids and addresses, never content or keys.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Traces of sessions, for tools that draw them. Default: <see langword="null"/>, none, which costs nothing.
    /// <c>QlogOptions.ToDirectory("traces")</c> writes one file for each session. They hold IP addresses of both ends.
    /// </summary>
    public QlogOptions? Qlog { get; set; }

    /// <summary>
    /// Makes the meter <c>Ants</c>, whose instruments docs/operations.md lists. Default: <see langword="null"/>, one meter for the process, which collectors find by
    /// its name; a host's factory, from its service provider, keeps agents of several hosts in one process apart. Agents with one meter add up.
    /// </summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>The world that the agent runs in. Default: the machine's own network.</summary>
    public AntsNetwork Network { get; set; } = AntsNetwork.System;

    /// <summary>Checks everything that can be wrong before anything is opened. An agent's start calls it.</summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.InvalidOptions"/>; the message is one line with everything that is wrong and what is accepted.
    /// </exception>
    public void Validate()
    {
        List<string> problems = [.. RequiredProblems(), .. RelayProblems(), .. AddressProblems(), .. LimitProblems()];
        if (problems.Count > 0)
        {
            throw new AntsException(AntsError.InvalidOptions, string.Join(" ", problems));
        }
    }

    private IEnumerable<string> RequiredProblems()
    {
        (object? Value, string Name)[] required =
        [
            (Identity, nameof(Identity)), (Authorize, nameof(Authorize)),
            (LoggerFactory, nameof(LoggerFactory)), (Network, nameof(Network)),
        ];
        return required.Where(r => r.Value is null).Select(r => $"{r.Name} is null: it needs a value.");
    }

    private IEnumerable<string> RelayProblems()
    {
        if (Relays.Contains(null!))
        {
            yield return "Relays holds null: each relay needs an address.";
            yield break;
        }

        if (Relays.Count > MaxRelays)
        {
            yield return $"{Relays.Count} relays are named: at most {MaxRelays} are accepted.";
        }

        if (WarmRelays is < 1 or > MaxRelays)
        {
            yield return $"WarmRelays is {WarmRelays}: 1 to {MaxRelays} is accepted.";
        }

        foreach (RelayAddress relay in Relays.Where(r => r.Id is null))
        {
            yield return $"The relay address {relay} has no key: accepted is {relay}#z6Mk... with the relay's id, "
                + "which the relay prints when it starts.";
        }

        foreach (RelayAddress twice in Relays.GroupBy(r => r).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            yield return $"The relay {twice} is named more than once.";
        }

        if (RelayOnly && Relays.Count == 0)
        {
            yield return "RelayOnly needs at least one relay.";
        }
    }

    private IEnumerable<string> AddressProblems()
    {
        if (Port is < 0 or > ushort.MaxValue)
        {
            yield return $"Port is {Port}: 0 (any free port) to {ushort.MaxValue} is accepted.";
        }

        if (AdvertisedAddresses.Count > Invite.MaxHints)
        {
            yield return $"{AdvertisedAddresses.Count} addresses are advertised: at most {Invite.MaxHints} are accepted.";
        }

        foreach (IPEndPoint? address in AdvertisedAddresses.Where(a => a is null || !EndPointText.IsReachable(a)))
        {
            yield return $"The advertised address '{address}' cannot be reached by anyone: accepted is IP:PORT of one host.";
        }

        foreach (IPEndPoint? server in StunServers.Where(server => server is null || !EndPointText.IsReachable(server)))
        {
            yield return $"The STUN server '{server}' cannot be reached by anyone: accepted is IP:PORT of one host.";
        }

        if (AdvertisedAddresses.Count > 0 && Port == 0)
        {
            yield return "AdvertisedAddresses needs a fixed Port, the one that the advertised address leads to.";
        }

        if (AdvertisedAddresses.Count > 0 && RelayOnly)
        {
            yield return "AdvertisedAddresses and RelayOnly exclude each other: one tells peers an address, the other hides it.";
        }
    }

    private IEnumerable<string> LimitProblems()
    {
        if (ConnectTimeout <= TimeSpan.Zero || ConnectTimeout > s_maxConnectTimeout)
        {
            yield return $"ConnectTimeout is {ConnectTimeout}: more than zero, up to one hour, is accepted.";
        }

        if (PortMappingLease < s_minLease || PortMappingLease > s_maxLease)
        {
            yield return $"PortMappingLease is {PortMappingLease}: 1 second to one day is accepted.";
        }

        if (Qlog is { Open: null } or { MaxBytes: < QlogOptions.LeastBytes } or { MaxSessions: < 1 })
        {
            yield return $"Qlog needs a function that opens, MaxBytes of {QlogOptions.LeastBytes} or more, and MaxSessions of 1 or more.";
        }

        if (SessionLinger < TimeSpan.Zero || SessionLinger > s_maxSessionLinger)
        {
            yield return $"SessionLinger is {SessionLinger}: zero to 30 days is accepted.";
        }
    }
}
