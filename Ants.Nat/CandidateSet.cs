using System.Collections;
using System.Net;

namespace Ants.Nat;

/// <summary>
/// The candidates of one agent, best first, no address twice, bounded. For the addresses that an agent tells, give the
/// filter its <see cref="IpPrivacy"/> and add everything that was gathered: an address known in two ways is then kept
/// by the best kind that may be told. Not thread-safe.
/// </summary>
public sealed class CandidateSet : IReadOnlyCollection<Candidate>
{
    /// <summary>
    /// The usual bound. A laptop with Wi-Fi, a cable and a VPN has about ten addresses, reflexive ones included; 16
    /// leaves room and holds what a hostile peer can make us probe to 16 targets. (ICE stops at 100 pairs,
    /// RFC 8445 section 6.1.2.5; with one socket per side a target is a pair.)
    /// </summary>
    public const int DefaultCapacity = 16;

    private readonly List<Candidate> _items = [];
    private readonly CandidateFilter _filter;
    private readonly int _capacity;

    /// <summary>Makes an empty set.</summary>
    /// <param name="filter">Which candidates may enter.</param>
    /// <param name="capacity">How many it holds at most; positive.</param>
    public CandidateSet(CandidateFilter filter, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _filter = filter;
        _capacity = capacity;
    }

    /// <summary>How many candidates are held.</summary>
    public int Count => _items.Count;

    /// <summary>Counts the changes, so that who tells a peer of them knows when there is news.</summary>
    public int Version { get; private set; }

    /// <summary>
    /// Adds a candidate. A known address is upgraded to the better kind; when the set is full, a better candidate takes
    /// the place of the worst.
    /// </summary>
    /// <param name="candidate">The candidate.</param>
    /// <returns><see cref="CandidateRefusal.None"/> if the set changed.</returns>
    public CandidateRefusal Add(Candidate candidate)
    {
        CandidateRefusal refusal = _filter.Check(candidate);
        if (refusal != CandidateRefusal.None)
        {
            return refusal;
        }

        int known = IndexOf(candidate.Endpoint);
        if (known >= 0 && _items[known].Priority >= candidate.Priority)
        {
            return CandidateRefusal.Duplicate;
        }

        if (known < 0 && _items.Count == _capacity)
        {
            known = _items.Count - 1;
            if (_items[known].Priority >= candidate.Priority)
            {
                return CandidateRefusal.Full;
            }
        }

        if (known >= 0)
        {
            _items.RemoveAt(known);
        }

        Insert(candidate);
        return CandidateRefusal.None;
    }

    /// <summary>Whether the address is held, by whatever kind.</summary>
    /// <param name="endpoint">The address, in any form.</param>
    public bool Contains(IPEndPoint endpoint) => IndexOf(endpoint) >= 0;

    /// <summary>Takes an address out: an interface is gone, a mapping was lost.</summary>
    /// <param name="endpoint">The address, in any form.</param>
    /// <returns>False if it was not held.</returns>
    public bool Remove(IPEndPoint endpoint)
    {
        int index = IndexOf(endpoint);
        if (index < 0)
        {
            return false;
        }

        _items.RemoveAt(index);
        Version++;
        return true;
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        Version += _items.Count > 0 ? 1 : 0;
        _items.Clear();
    }

    /// <summary>Enumerates from the best to the worst; equals in the order in which they came.</summary>
    public IEnumerator<Candidate> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Insert(Candidate candidate)
    {
        int index = _items.Count;
        while (index > 0 && _items[index - 1].Priority < candidate.Priority)
        {
            index--;
        }

        _items.Insert(index, candidate);
        Version++;
    }

    private int IndexOf(IPEndPoint endpoint) => _items.FindIndex(item => EndPoints.AreSame(item.Endpoint, endpoint));
}
