using System.Net;
using Ants.Nat;

namespace Ants.Tests.Unit.Nat.Pairing;

/// <summary>Candidates of one side behind each kind of NAT that the field knows by name.</summary>
internal static class Sides
{
    public static Candidate[] Open(byte site) => [Public(CandidateKind.Host, site) with
    {
        Mapping = MappingBehaviour.NoNat,
        Filtering = FilteringBehaviour.EndpointIndependent,
    }];

    public static Candidate[] FullCone(byte site) =>
        Behind(site, MappingBehaviour.EndpointIndependent, FilteringBehaviour.EndpointIndependent);

    public static Candidate[] AddressRestricted(byte site) =>
        Behind(site, MappingBehaviour.EndpointIndependent, FilteringBehaviour.AddressDependent);

    public static Candidate[] PortRestricted(byte site) =>
        Behind(site, MappingBehaviour.EndpointIndependent, FilteringBehaviour.AddressAndPortDependent);

    public static Candidate[] Symmetric(byte site) =>
        Behind(site, MappingBehaviour.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent);

    public static Candidate[] Mapped(byte site) => [.. Symmetric(site), Public(CandidateKind.Mapped, site, 443)];

    /// <summary>The router's own outside is in a carrier's network.</summary>
    public static Candidate[] MappedInside(byte site) =>
        [.. Symmetric(site), new Candidate(CandidateKind.Mapped, IPEndPoint.Parse($"100.64.0.{site}:443"))];

    public static Candidate[] NotLookedAt(byte site) => Behind(site, MappingBehaviour.Unknown, FilteringBehaviour.Unknown);

    public static Candidate[] NoUdp(byte site) => [Host(site)];

    public static Candidate[] FirewalledV6(byte site) => [new Candidate(CandidateKind.Host, IPEndPoint.Parse($"[2001:db8::{site}]:5000"))
    {
        Mapping = MappingBehaviour.NoNat,
        Filtering = FilteringBehaviour.AddressAndPortDependent,
    }];

    private static Candidate[] Behind(byte site, MappingBehaviour mapping, FilteringBehaviour filtering) =>
        [Host(site), Public(CandidateKind.ServerReflexive, site) with { Mapping = mapping, Filtering = filtering }];

    private static Candidate Host(byte site) => new(CandidateKind.Host, IPEndPoint.Parse($"192.168.{site}.2:5000"));

    private static Candidate Public(CandidateKind kind, byte site, int port = 5000) => new(kind, new IPEndPoint(new IPAddress([203, 0, 113, site]), port));
}
