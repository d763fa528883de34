using System.Globalization;
using Ants.Nat;

namespace Ants.Samples.Doctor.Showing;

/// <summary>What values are called, for people and in JSON.</summary>
internal static class Words
{
    public static string Of(CandidateKind kind) => kind switch
    {
        CandidateKind.Host => "host",
        CandidateKind.ServerReflexive => "server-reflexive",
        CandidateKind.PeerReflexive => "peer-reflexive",
        CandidateKind.Mapped => "mapped",
        _ => "advertised",
    };

    public static string Of(MappingBehaviour mapping) => mapping switch
    {
        MappingBehaviour.NoNat => "no NAT",
        MappingBehaviour.EndpointIndependent => "endpoint-independent",
        MappingBehaviour.AddressDependent => "address-dependent",
        MappingBehaviour.AddressAndPortDependent => "address- and port-dependent",
        _ => "unknown",
    };

    public static string Of(FilteringBehaviour filtering) => filtering switch
    {
        FilteringBehaviour.EndpointIndependent => "endpoint-independent",
        FilteringBehaviour.AddressDependent => "address-dependent",
        FilteringBehaviour.AddressAndPortDependent => "address- and port-dependent",
        _ => "unknown",
    };

    public static string Of(NatBehaviour behaviour) => behaviour.Allocation switch
    {
        PortAllocation.Preserving => "preserved",
        PortAllocation.Sequential => string.Create(CultureInfo.InvariantCulture, $"sequential, step {behaviour.AllocationStep}"),
        PortAllocation.Random => "random",
        _ => "unknown",
    };

    public static string Of(PortMappingProtocols protocol) => protocol switch
    {
        PortMappingProtocols.Pcp => "PCP",
        PortMappingProtocols.NatPmp => "NAT-PMP",
        _ => "UPnP",
    };

    public static string Of(PortMappingOutcome outcome) => outcome switch
    {
        PortMappingOutcome.Asking or PortMappingOutcome.Claiming => "asked, no answer yet",
        PortMappingOutcome.Available => "available",
        PortMappingOutcome.Mapped => "mapped",
        PortMappingOutcome.NotNeeded => "not needed",
        PortMappingOutcome.NoAnswer => "no answer",
        PortMappingOutcome.Unsupported => "not supported",
        PortMappingOutcome.Refused => "refused",
        PortMappingOutcome.Nonsense => "answers nonsense",
        _ => "given back",
    };

    public static string Of(UdpReach udp) => udp switch
    {
        UdpReach.Open => "passes",
        UdpReach.Blocked => "blocked",
        _ => "not known: no relay was reached",
    };

    public static string Of(PairPlan plan) => plan switch
    {
        PairPlan.None => "nothing to try",
        PairPlan.SameNetwork => "same network: own addresses",
        PairPlan.ReachPeer => "the peer takes packets unasked: send to it",
        PairPlan.BeReached => "this side takes packets unasked: the peer sends",
        PairPlan.SimultaneousOpen => "both send at once (hole punching)",
        PairPlan.Unforeseeable => "none: ports cannot be foretold",
        _ => "not enough is known: all addresses are tried",
    };

    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
