using System.Globalization;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>Says why a session is relayed, and what would change it, in one or two sentences that a person who runs an agent can act on.</summary>
internal static class PairExplanation
{
    public static RelayedReason ReasonOf(PairSituation pair)
    {
        bool isPeerSeen = pair.Remote.Any(candidate => candidate.Kind != CandidateKind.Host || candidate.IsPublic);
        return pair switch
        {
            { Direct: not null } => RelayedReason.None,
            { IsRelayOnly: true } => RelayedReason.RelayOnly,
            { Udp: UdpReach.Blocked } => RelayedReason.UdpBlocked,
            { Remote.Count: 0 } => RelayedReason.PeerTellsNothing,
            { Outlook.Plan: PairPlan.None } => RelayedReason.NoCommonFamily,
            { WasTried: false } => RelayedReason.Trying,
            { Outlook.Plan: PairPlan.Unforeseeable } => RelayedReason.Unforeseeable,
            _ => isPeerSeen ? RelayedReason.NoAnswer : RelayedReason.PeerUdpBlocked,
        };
    }

    public static string Explain(PairSituation pair) => ReasonOf(pair) switch
    {
        RelayedReason.None => $"Direct, {WayTo(pair.Direct!)}.",
        RelayedReason.RelayOnly => "Relayed because this agent is told to be (RelayOnly). Turn that off to let peers learn its address and send to it.",
        RelayedReason.UdpBlocked => "Relayed because UDP does not pass from here: relays answer over HTTPS only. "
            + "A firewall that lets UDP out, to any port, would make direct paths possible.",
        RelayedReason.PeerTellsNothing => "Relayed because the peer has told no address: it is told to stay behind its relays, or has only just come.",
        RelayedReason.PeerUdpBlocked => "Relayed because no relay sees the peer over UDP, so that its network seems to let none out. "
            + "A firewall there that lets UDP out would make direct paths possible.",
        RelayedReason.NoCommonFamily => "Relayed because the two sides have no address family in common "
            + $"(here {FamiliesOf(pair.Local)}, there {FamiliesOf(pair.Remote)}). IPv4 or IPv6 on both sides would make a direct path possible.",
        RelayedReason.Trying => $"Relayed still: a direct path is being looked for ({PlanText.Of(pair.Outlook)}).",
        RelayedReason.Unforeseeable => $"Relayed because {Unforeseeable(pair)}. {Remedy(pair)}",
        _ => $"Relayed because {Count(pair.Probes, "probe")} to {Count(pair.Remote.Count, "address", "addresses")} brought no answer "
            + $"({PlanText.Of(pair.Outlook)}). A firewall on either side seems to drop UDP between the two. {Remedy(pair)}",
    };

    /// <summary>How packets reach the peer.</summary>
    private static string WayTo(Candidate direct) => direct.Kind switch
    {
        CandidateKind.Host when direct.IsPublic => $"to the peer's own public address {direct.Endpoint}",
        CandidateKind.Host => $"to the peer's own address {direct.Endpoint} in the same network",
        CandidateKind.Mapped => $"to {direct.Endpoint}, which the peer's router maps to it",
        CandidateKind.Advertised => $"to {direct.Endpoint}, which the peer's owner advertises",
        CandidateKind.ServerReflexive => $"to {direct.Endpoint}, where relays see the peer (hole punching)",
        _ => $"to {direct.Endpoint}, from where the peer's own probes came (hole punching)",
    };

    private static string Unforeseeable(PairSituation pair)
    {
        PairSide local = new(pair.Local, pair.Outlook.Family ?? AddressFamily.InterNetwork);
        PairSide remote = new(pair.Remote, pair.Outlook.Family ?? AddressFamily.InterNetwork);
        const string Changing = "takes another port for each destination (symmetric)";
        return (local.IsUnforeseeable, remote.IsUnforeseeable) switch
        {
            (true, true) => $"the NATs of both sides {Changing.Replace("takes", "take", StringComparison.Ordinal)}, so that neither can tell the other where to send",
            (true, _) => $"the NAT here {Changing}, and the peer's lets in only ports that it has sent to",
            _ => $"the peer's NAT {Changing}, and the one here lets in only ports that it has sent to",
        };
    }

    private static string Remedy(PairSituation pair)
    {
        bool isMappedBehindAnother = pair.PortMapping.Mappings.Any(mapping => mapping.IsBehindAnotherNat);
        bool wasAsked = pair.PortMapping.Attempts.Count > 0;
        string here = isMappedBehindAnother ? "The router here has opened a port, but stands behind another NAT itself (the provider's, for instance). "
            : wasAsked && pair.PortMapping.Mappings.Count == 0 ? "The router here was asked to open a port and did not. "
            : "";
        return here + "UPnP, NAT-PMP or PCP turned on at either side's router, a port forwarded by hand and advertised, or IPv6 on both sides, would make it direct.";
    }

    private static string FamiliesOf(IReadOnlyList<Candidate> candidates)
    {
        bool v4 = candidates.Any(candidate => candidate.Endpoint.AddressFamily == AddressFamily.InterNetwork);
        bool v6 = candidates.Any(candidate => candidate.Endpoint.AddressFamily == AddressFamily.InterNetworkV6);
        return (v4, v6) switch
        {
            (true, true) => "both",
            (true, false) => "IPv4 only",
            (false, true) => "IPv6 only",
            _ => "none",
        };
    }

    private static string Count(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");
}
