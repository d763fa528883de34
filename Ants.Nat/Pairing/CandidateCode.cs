using System.Net;

namespace Ants.Nat;

/// <summary>
/// A candidate's kind, and what is known of the NAT before it, in the one byte that CANDIDATES has for them.
/// <code>
/// bit 7 6 : filtering   0 unknown, 1 endpoint-independent, 2 address-dependent, 3 address- and port-dependent
/// bit 5 4 : mapping     0 unknown, 1 none or endpoint-independent, 2 address-dependent, 3 address- and port-dependent
/// bit 3-0 : kind        CandidateKind
/// </code>
/// </summary>
internal static class CandidateCode
{
    private const int KindMask = 0x0F;
    private const int MappingShift = 4;
    private const int FilteringShift = 6;
    private const int TwoBits = 0x03;

    public static byte Encode(Candidate candidate)
    {
        int mapping = candidate.Mapping switch
        {
            MappingBehaviour.NoNat or MappingBehaviour.EndpointIndependent => 1,
            MappingBehaviour.AddressDependent => 2,
            MappingBehaviour.AddressAndPortDependent => 3,
            _ => 0,
        };
        return (byte)((int)candidate.Kind | (mapping << MappingShift) | ((int)candidate.Filtering << FilteringShift));
    }

    /// <summary>The candidate that a peer told; null when it is of a kind that this version does not know.</summary>
    public static Candidate? Decode(byte code, IPEndPoint endpoint)
    {
        CandidateKind kind = (CandidateKind)(code & KindMask);
        if (!Enum.IsDefined(kind))
        {
            return null;
        }

        MappingBehaviour mapping = ((code >> MappingShift) & TwoBits) switch
        {
            1 => MappingBehaviour.EndpointIndependent,
            2 => MappingBehaviour.AddressDependent,
            3 => MappingBehaviour.AddressAndPortDependent,
            _ => MappingBehaviour.Unknown,
        };
        return new Candidate(kind, endpoint) { Mapping = mapping, Filtering = (FilteringBehaviour)(code >> FilteringShift) };
    }
}
