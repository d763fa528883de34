using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Protocol;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Agents;

/// <summary>Puts what the parts of an agent know of its network together, for people. On the driver.</summary>
internal sealed class NatDiagnosis(AgentCore core, AntsOptions options)
{
    // RFC 8200 section 3, RFC 791 section 3.1 without options, RFC 768.
    private const int V6Header = 40, V4Header = 20, UdpHeader = 8;

    // Routers and STUN servers that are there have answered long before; those that are not there are asked for longer, to no avail.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(6);

    // A person does not see the difference, and what is awaited takes some hundred milliseconds.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private static readonly AddressFamily[] s_families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>Whether UDP passes between this host and its relays.</summary>
    public UdpReach Udp
    {
        get
        {
            CarrierKind[] carriers = [.. core.Links.Held.Select(link => link.Session?.Paths.Active?.Remote.Kind ?? CarrierKind.Relayed)];
            return carriers.Contains(CarrierKind.Udp) || core.Gatherer.Reflexive.Any() ? UdpReach.Open
                : carriers.Contains(CarrierKind.WebSocket) ? UdpReach.Blocked
                : UdpReach.Unknown;
        }
    }

    /// <summary>What is known now.</summary>
    public NatReport Report()
    {
        FamilyReport[] families = [.. s_families.Select(Look)];
        return new NatReport
        {
            Families = families,
            Udp = Udp,
            Relays = [.. core.Links.All.Where(link => !link.IsBorrowed).Select(Look)],
            PortMapping = core.Mappings.Report,
            AdvertisedAddresses = [.. options.AdvertisedAddresses],
            Port = core.Driver.LocalEndPoint.Port,
            IsComplete = IsComplete,
            Explanation = NatExplanation.Explain(new NatSituation
            {
                Candidates = [.. core.Gatherer.Local],
                Udp = Udp,
                IsRelayOnly = options.RelayOnly,
                PortMapping = core.Mappings.Report,
            }),
        };
    }

    /// <summary>What is known of the way to one peer.</summary>
    public TraversalReport Report(PeerSession peer)
    {
        PathChange path = peer.Path ?? throw new InvalidOperationException("The session is not established.");
        Traversal? traversal = peer.Traversal;
        IReadOnlyList<Candidate> local = options.RelayOnly ? [] : [.. core.Gatherer.Local];
        IReadOnlyList<Candidate> remote = traversal?.Remote ?? [];
        Candidate? direct = path.Kind == PathKind.Direct
            ? remote.FirstOrDefault(candidate => EndPoints.AreSame(candidate.Endpoint, path.Remote)) ?? new Candidate(CandidateKind.PeerReflexive, path.Remote)
            : null;
        List<ProbedAddress> tried = [.. remote.Select((candidate, i) => new ProbedAddress(candidate, traversal!.ProbesTo(i), candidate == direct))];
        if (direct is { Kind: CandidateKind.PeerReflexive })
        {
            tried.Add(new ProbedAddress(direct, 0, IsInUse: true));
        }

        PairOutlook outlook = PairOutlook.Of(local, remote);

        // Silence is laid to a firewall only when it is known that the NATs are not the reason.
        bool isJudged = outlook.Plan != PairPlan.Unknown || core.Behaviours.IsSettled;
        PairSituation pair = new()
        {
            Direct = direct,
            IsRelayOnly = options.RelayOnly,
            Udp = Udp,
            Local = local,
            Remote = remote,
            Outlook = outlook,
            PortMapping = core.Mappings.Report,
            Probes = tried.Sum(address => address.Probes),
            WasTried = isJudged && traversal is { WasTried: true },
        };
        return new TraversalReport
        {
            PeerId = peer.Session.Peer,
            Path = path,
            Local = local,
            Remote = remote,
            Outlook = outlook,
            Attempts = traversal?.Attempts ?? 0,
            Tried = tried,
            Reason = PairExplanation.ReasonOf(pair),
            Explanation = PairExplanation.Explain(pair),
        };
    }

    /// <summary>Has all that is not known yet looked for; completes with the report when that is done, or after six seconds.</summary>
    public Task<NatReport> RunAsync()
    {
        TaskCompletionSource<NatReport> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Instant until = core.Now + s_patience;
        core.Gatherer.Refresh();
        foreach (RelayLink link in core.Links.Held)
        {
            // Packets are as small as every path carries them until there is much to send.
            if (PathOf(link) is { Remote.Kind: CarrierKind.Udp } path)
            {
                path.Mtu.Ask();
                core.Endpoint.Wake(link.Session!);
            }
        }

        void Look()
        {
            if (core.IsStopping || IsComplete || core.Now >= until)
            {
                done.TrySetResult(Report());
            }
            else
            {
                core.After(s_look, Look);
            }
        }

        core.After(s_look, Look);
        return done.Task;
    }

    private bool IsComplete => core.Gatherer.IsSettled
        && core.Behaviours.IsSettled
        && core.Mappings.Report.Attempts.GroupBy(attempt => attempt.Gateway).All(IsHeardOf)
        && core.Links.All.All(link => link.State != RelayLinkState.Connecting && PathOf(link) is not { Mtu.IsAsked: true });

    /// <summary>
    /// Whether what a router has to say has been heard. The search of UPnP ends after some seconds; by the others a router that says nothing is
    /// asked for a minute, in vain almost always.
    /// </summary>
    private static bool IsHeardOf(IEnumerable<PortMappingAttempt> router) => router.All(attempt => attempt.Outcome != PortMappingOutcome.Claiming)
        && router.Any(attempt => attempt.Outcome != PortMappingOutcome.Asking);

    private FamilyReport Look(AddressFamily family) => new(
        family,
        [.. core.Gatherer.Hosts.Where(host => host.AddressFamily == family)],
        [.. core.Gatherer.Reflexive.Select(candidate => candidate.Endpoint).Where(endpoint => endpoint.AddressFamily == family).Distinct()],
        core.Behaviours.Report.FirstOrDefault(behaviour => behaviour.Family == family));

    private static RelayReport Look(RelayLink link)
    {
        Path? path = PathOf(link);
        bool isUdp = path?.Remote.Kind == CarrierKind.Udp;
        return new RelayReport(
            link.Address,
            link.State == RelayLinkState.Held,
            path?.Remote.EndPoint ?? link.EndPoint,
            path?.Remote.Kind == CarrierKind.WebSocket,
            path is { Rtt.HasSample: true } ? path.Rtt.Min : null,
            isUdp ? path!.Mtu.Current + UdpHeader + HeaderOf(path.Remote.EndPoint!) : null,
            link.State == RelayLinkState.Held ? null : link.Failure?.Message);
    }

    private static Path? PathOf(RelayLink link) => link.Session?.Paths.Active;

    private static int HeaderOf(IPEndPoint remote) => EndPoints.FamilyOf(remote) == AddressFamily.InterNetwork ? V4Header : V6Header;
}
