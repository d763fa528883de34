using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>One side of a pair in one address family, as its candidates tell it: how it is reached from outside its own network.</summary>
internal sealed class PairSide
{
    private readonly Candidate[] _public;

    /// <param name="candidates">What the side told, or would tell, of all families.</param>
    /// <param name="family">The family to look at.</param>
    public PairSide(IEnumerable<Candidate> candidates, AddressFamily family)
    {
        Candidate[] own = [.. candidates.Where(candidate => candidate.Endpoint.AddressFamily == family)];
        IsThere = own.Length > 0;
        _public = [.. own.Where(candidate => candidate.IsPublic)];
    }

    /// <summary>Whether the side has an address of the family, if only a private one.</summary>
    public bool IsThere { get; }

    /// <summary>Whether anybody's packets come in at one of its addresses.</summary>
    public bool IsOpen => Array.Exists(_public, candidate => candidate.Kind != CandidateKind.Host && candidate.IsOpen)
        || Array.Exists(_public, candidate => candidate is { Kind: CandidateKind.Host, IsForeseeable: true, Filtering: FilteringBehaviour.EndpointIndependent });

    /// <summary>Whether it is known from which address and port its packets come, whoever they go to.</summary>
    public bool IsForeseeable => Array.Exists(_public, candidate => candidate.IsForeseeable);

    /// <summary>Whether it is known that they come from another port for each peer.</summary>
    public bool IsUnforeseeable => _public.Length > 0 && Array.TrueForAll(_public, candidate => candidate.Mapping >= MappingBehaviour.AddressDependent);

    /// <summary>Whether it lets in, at a port that the peer knows, what comes from an address it has sent to, from whichever port.</summary>
    public bool TakesAnyPort => Array.Exists(_public, candidate => candidate.IsForeseeable
        && candidate.Filtering is FilteringBehaviour.EndpointIndependent or FilteringBehaviour.AddressDependent);

    /// <summary>Whether it is known that it does not.</summary>
    public bool TakesKnownPortsOnly => _public.Length > 0 && Array.TrueForAll(_public, candidate =>
        candidate.Filtering == FilteringBehaviour.AddressAndPortDependent || candidate.Mapping >= MappingBehaviour.AddressDependent);

    /// <summary>Where relays see it.</summary>
    public IEnumerable<IPAddress> ReflexiveAddresses =>
        _public.Where(candidate => candidate.Kind == CandidateKind.ServerReflexive).Select(candidate => candidate.Endpoint.Address);
}
