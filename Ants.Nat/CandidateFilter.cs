using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// Decides which addresses may be candidates. Probes go to addresses that a peer names, so the filter for a peer's
/// candidates is a guard: without it a peer could aim an agent's packets at the agent's own machine, at whole networks
/// by broadcast or multicast, or at the link-local address where clouds serve credentials (169.254.169.254). Private
/// addresses (RFC 1918, RFC 4193, RFC 6598) are allowed from a peer, or two agents on one LAN would not find each
/// other; what a peer gains by naming others there is a few small probes, bounded by the plan's budget.
/// </summary>
public readonly record struct CandidateFilter
{
    /// <summary>For the agent's own addresses, by what it is willing to tell.</summary>
    /// <param name="privacy">Which kinds may be told to a peer.</param>
    public static CandidateFilter Local(IpPrivacy privacy = IpPrivacy.All) => new() { Privacy = privacy };

    /// <summary>For addresses received from a peer.</summary>
    public static CandidateFilter Peer => new() { IsPeer = true };

    /// <summary>
    /// Whether loopback addresses pass. Only for tests and for two agents on one machine: both sides must ask for it,
    /// see <see cref="PunchPlan"/>. Default: no.
    /// </summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Which kinds may be told to a peer. Default: all.</summary>
    public IpPrivacy Privacy { get; init; }

    /// <summary>Whether the candidates come from a peer. Default: no.</summary>
    public bool IsPeer { get; init; }

    /// <summary>Says whether a candidate may be used, or why not.</summary>
    /// <param name="candidate">The candidate.</param>
    public CandidateRefusal Check(Candidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        bool told = Privacy switch
        {
            IpPrivacy.All => true,
            IpPrivacy.NoHost => candidate.Kind != CandidateKind.Host,
            _ => false,
        };
        return told ? Check(candidate.Endpoint) : CandidateRefusal.Privacy;
    }

    /// <summary>Says whether an address may be used, or why not, whatever its kind.</summary>
    /// <param name="endpoint">The address; an IPv4-mapped one is judged as IPv4.</param>
    public CandidateRefusal Check(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        IPAddress address = EndPoints.Unmap(endpoint.Address);
        if (endpoint.Port == 0)
        {
            return CandidateRefusal.PortZero;
        }

        if (IPAddress.IsLoopback(address))
        {
            return AllowLoopback ? CandidateRefusal.None : CandidateRefusal.Loopback;
        }

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => CheckV4(address),
            AddressFamily.InterNetworkV6 => CheckV6(address),
            _ => CandidateRefusal.UnsupportedFamily,
        };
    }

    private CandidateRefusal CheckV4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return bytes switch
        {
            [0, ..] => CandidateRefusal.Unspecified,

            // A machine without DHCP may well use its own; from a peer it could only mean some other link's host.
            [169, 254, ..] when IsPeer => CandidateRefusal.LinkLocal,
            [>= 224 and < 240, ..] => CandidateRefusal.Multicast,
            [>= 240, ..] => CandidateRefusal.Broadcast,
            _ => CandidateRefusal.None,
        };
    }

    private CandidateRefusal CheckV6(IPAddress address)
    {
        if (address.Equals(IPAddress.IPv6Any))
        {
            return CandidateRefusal.Unspecified;
        }

        if (address.IsIPv6Multicast)
        {
            return CandidateRefusal.Multicast;
        }

        // A scope names an interface of one machine: a peer's says nothing here, and without one there is no route.
        if (address.IsIPv6LinkLocal)
        {
            return IsPeer || address.ScopeId == 0 ? CandidateRefusal.LinkLocal : CandidateRefusal.None;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return bytes[..12].ContainsAnyExcept((byte)0) ? CandidateRefusal.None : CandidateRefusal.Reserved;
    }
}
