using Ants.Nat;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>What of a network decides about direct paths, in the terms of RFC 4787.</summary>
/// <param name="MapsByEndpoint">Endpoint-independent mapping: everyone sees one address, so that it can be told.</param>
/// <param name="Filter">Who is let in by it.</param>
/// <param name="Openings">How it is reached from anywhere, unasked.</param>
/// <param name="IsSequential">Its next port can be guessed.</param>
/// <param name="HasUdp">It lets UDP out.</param>
/// <param name="HasIPv6">Its host has a global IPv6 address.</param>
internal sealed record NetworkTraits(
    bool MapsByEndpoint, NetworkFilter Filter, Techniques Openings, bool IsSequential, bool HasUdp, bool HasIPv6)
{
    /// <summary>Those of a kind.</summary>
    public static NetworkTraits Of(LabHomeKind kind)
    {
        LabNatBehaviour behaviour = kind == LabHomeKind.SymmetricCarrier ? LabNatBehaviour.Symmetric : kind.Behaviour();
        bool symmetric = behaviour is LabNatBehaviour.Symmetric or LabNatBehaviour.SequentialSymmetric or LabNatBehaviour.PortForwarded;
        NetworkFilter filter = behaviour switch
        {
            LabNatBehaviour.Open or LabNatBehaviour.FullCone => NetworkFilter.None,
            LabNatBehaviour.AddressRestricted => NetworkFilter.Address,
            _ => NetworkFilter.AddressAndPort,
        };
        return new NetworkTraits(
            !symmetric, filter, OpeningsOf(kind), behaviour == LabNatBehaviour.SequentialSymmetric, kind.HasUdp(), kind == LabHomeKind.IPv6Firewall);
    }

    private static Techniques OpeningsOf(LabHomeKind kind)
    {
        PortMappingProtocols mapped = kind.MappedBy();
        return (kind == LabHomeKind.Open ? Techniques.Host : 0)
            | (kind == LabHomeKind.PortForwarded ? Techniques.Advertised : 0)
            | (mapped.HasFlag(PortMappingProtocols.Pcp) ? Techniques.Pcp : 0)
            | (mapped.HasFlag(PortMappingProtocols.NatPmp) ? Techniques.NatPmp : 0)
            | (mapped.HasFlag(PortMappingProtocols.Upnp) ? Techniques.Upnp : 0);
    }
}
