using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>Says from where an agent can be reached directly, and what would change it, in words that its owner can act on.</summary>
internal static class NatExplanation
{
    private const string Remedies = "UPnP, NAT-PMP or PCP turned on at the router, or a port forwarded by hand and advertised, would let everybody in.";

    public static string Explain(NatSituation agent)
    {
        if (agent.IsRelayOnly)
        {
            return "Peers reach this agent through its relays only, as it is told to (RelayOnly).";
        }

        if (agent.Udp == UdpReach.Blocked)
        {
            return "UDP does not pass from here, so that peers reach this agent through its relays only. "
                + "A firewall that lets UDP out, to any port, would make direct paths possible.";
        }

        PairSide v4 = new(agent.Candidates, AddressFamily.InterNetwork);
        PairSide v6 = new(agent.Candidates, AddressFamily.InterNetworkV6);
        if (agent.Candidates.Where(IsCertain).MaxBy(candidate => candidate.Priority) is { } open)
        {
            return $"Every peer that can send UDP reaches this agent directly at {open.Endpoint}, {Why(open, agent.PortMapping)}.";
        }

        if (v4.IsForeseeable || v6.IsForeseeable)
        {
            return "Most peers reach this agent directly: its NAT or firewall keeps one port for all of them, and opens when both sides send at once. "
                + (v4.TakesAnyPort || v6.TakesAnyPort ? "Nothing needs to be changed."
                    : $"Peers behind NATs that take another port for each destination (symmetric) are relayed. {Remedies}");
        }

        if (v4.IsUnforeseeable && v6.IsThere)
        {
            return "By IPv4 only peers that take packets unasked are reached directly: the NAT here takes another port for each destination (symmetric). "
                + "Peers that have IPv6 too are reached by it if the firewalls of both sides open when both send at once. "
                + Double(agent.PortMapping) + Remedies;
        }

        return v4.IsUnforeseeable
            ? "Only peers that take packets unasked are reached directly: the NAT here takes another port for each destination (symmetric). "
                + Double(agent.PortMapping) + Remedies
            : agent.Candidates.Count == 0 ? "It is not known yet where this agent may be reached."
            : "It is not known yet how this agent's NAT or firewall treats peers; all of its addresses are tried.";
    }

    private static bool IsCertain(Candidate candidate) => candidate is { IsPublic: true, IsOpen: true }
        && (candidate.Kind != CandidateKind.Host || candidate.Filtering == FilteringBehaviour.EndpointIndependent);

    private static string Why(Candidate open, PortMappingReport mappings) => open.Kind switch
    {
        CandidateKind.Host => "an address of its own with nothing in the way",
        CandidateKind.Advertised => "which its owner advertises",
        CandidateKind.Mapped => $"a port that the router maps to it{By(open, mappings)}",
        _ => "since its NAT lets everybody in at the port that it keeps",
    };

    private static string By(Candidate open, PortMappingReport mappings) =>
        mappings.Mappings.FirstOrDefault(mapping => EndPoints.AreSame(mapping.External, open.Endpoint)) is { } held ? $" ({NameOf(held.Protocol)})" : "";

    private static string NameOf(PortMappingProtocols protocol) => protocol switch
    {
        PortMappingProtocols.Pcp => "PCP",
        PortMappingProtocols.NatPmp => "NAT-PMP",
        _ => "UPnP",
    };

    private static string Double(PortMappingReport mappings) => mappings.Mappings.Any(mapping => mapping.IsBehindAnotherNat)
        ? "The router has opened a port, but stands behind another NAT itself, the provider's for instance. " : "";
}
