using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>One address at which an agent may be reached over UDP, and how promising it is. Immutable.</summary>
public sealed record Candidate
{
    // RFC 8445 section 5.1.2.1 ranks by type first; 126, 110 and 100 are its own numbers for host, peer-reflexive and
    // server-reflexive. The two between need no luck with a NAT's filter, but cross the router that a host address
    // avoids; the owner's word is not subject to a router's lease, so it stands above a mapping.
    private const int HostPreference = 126;
    private const int AdvertisedPreference = 120;
    private const int MappedPreference = 115;
    private const int PeerReflexivePreference = 110;
    private const int ServerReflexivePreference = 100;

    /// <summary>Makes a candidate; the endpoint is copied and brought to its one form.</summary>
    /// <param name="kind">How the address is known.</param>
    /// <param name="endpoint">The address; an IPv4-mapped one becomes IPv4.</param>
    public Candidate(CandidateKind kind, IPEndPoint endpoint)
    {
        Kind = kind;
        Endpoint = EndPoints.Unmap(endpoint);
    }

    /// <summary>How the address is known.</summary>
    public CandidateKind Kind { get; }

    /// <summary>The address. Treat it as immutable.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>
    /// What is known of the NAT that gave the address, or, for an address that is the host's own, of what stands before it: whether this is
    /// where its packets come from, whoever they go to.
    /// </summary>
    public MappingBehaviour Mapping { get; init; }

    /// <summary>Whose packets are let in at the address, as far as that is known.</summary>
    public FilteringBehaviour Filtering { get; init; }

    /// <summary>
    /// Higher is tried first. Kind decides; within a kind IPv6 comes before IPv4, since there is usually no NAT on the
    /// way (RFC 8421 section 4 gives the same advice).
    /// </summary>
    public int Priority => (KindPreference << 1) | (Endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? 1 : 0);

    /// <summary>
    /// Whether a packet to this address should arrive unasked, with no hole to be punched first: the peer's own
    /// interface, a granted mapping, a port that its owner forwards, or a NAT that is known to let everybody in.
    /// </summary>
    public bool IsOpen => Kind is CandidateKind.Host or CandidateKind.Mapped or CandidateKind.Advertised
        || (IsForeseeable && Filtering == FilteringBehaviour.EndpointIndependent);

    /// <summary>Whether it is known that packets to anybody come from this address.</summary>
    public bool IsForeseeable => Mapping is MappingBehaviour.NoNat or MappingBehaviour.EndpointIndependent;

    /// <summary>Whether it is an address of the public network, not one that a private network or a carrier deals out.</summary>
    public bool IsPublic => AddressScopes.Of(Endpoint.Address) == AddressScope.Public;

    private int KindPreference => Kind switch
    {
        CandidateKind.Host => HostPreference,
        CandidateKind.Advertised => AdvertisedPreference,
        CandidateKind.Mapped => MappedPreference,
        CandidateKind.PeerReflexive => PeerReflexivePreference,
        _ => ServerReflexivePreference,
    };

    /// <summary>Kind and address.</summary>
    public override string ToString() => $"{Kind} {Endpoint}";
}
