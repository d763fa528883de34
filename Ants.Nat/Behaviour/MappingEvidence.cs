using System.Net;

namespace Ants.Nat;

/// <summary>What servers saw one socket at, and what follows for the NAT's mapping (RFC 5780 section 4.3).</summary>
internal sealed class MappingEvidence
{
    private readonly List<(IPEndPoint Server, IPEndPoint Mapped)> _seen = [];

    /// <summary>All that was seen, in its order.</summary>
    public IReadOnlyList<(IPEndPoint Server, IPEndPoint Mapped)> Seen => _seen;

    /// <summary>Notes what a server saw.</summary>
    public void Add(IPEndPoint server, IPEndPoint mapped) => _seen.Add((server, mapped));

    /// <summary>Whether a server's place answered.</summary>
    public bool Has(IPEndPoint? server) => server is not null && _seen.Exists(one => EndPoints.AreSame(one.Server, server));

    /// <summary>
    /// The least dependent behaviour that explains all of it, and whether the more dependent ones are ruled out. Another external
    /// <em>address</em> counts as another mapping.
    /// </summary>
    /// <param name="isOwn">Whether an end point is the socket's own: then nothing is translated.</param>
    public (MappingBehaviour Mapping, bool IsExact) Judge(Func<IPEndPoint, bool> isOwn)
    {
        if (_seen.Count > 0 && _seen.TrueForAll(one => isOwn(one.Mapped)))
        {
            return (MappingBehaviour.NoNat, true);
        }

        (bool ports, bool portsDiffer) = Compare(sameAddress: true);
        (bool addresses, bool addressesDiffer) = Compare(sameAddress: false);
        if (portsDiffer)
        {
            return (MappingBehaviour.AddressAndPortDependent, true);
        }

        if (addressesDiffer)
        {
            return (MappingBehaviour.AddressDependent, ports);
        }

        return addresses ? (MappingBehaviour.EndpointIndependent, true)
            : ports ? (MappingBehaviour.EndpointIndependent, false)
            : (MappingBehaviour.Unknown, false);
    }

    /// <summary>Whether there are two places of one address (or of two addresses), and whether any two of them saw different mappings.</summary>
    private (bool Any, bool Differ) Compare(bool sameAddress)
    {
        bool any = false, differ = false;
        for (int i = 0; i < _seen.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (_seen[i].Server.Address.Equals(_seen[j].Server.Address) == sameAddress)
                {
                    any = true;
                    differ |= !_seen[i].Mapped.Equals(_seen[j].Mapped);
                }
            }
        }

        return (any, differ);
    }
}
