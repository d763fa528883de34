namespace Ants.Protocol.Relaying;

/// <summary>
/// What one end of an agent's relay session calls the other agents: a short number instead of 32 bytes, from the moment
/// at which the far end has confirmed it. Bounded; the agent that was not named for the longest loses its alias.
/// </summary>
/// <remarks>
/// An alias is slot + capacity x generation. A slot that is given to another agent takes the next generation, so a late
/// BOUND for the agent before cannot be mistaken for one of the new, and packets never go to the wrong agent for good.
/// </remarks>
internal sealed class AliasSender
{
    /// <summary>
    /// Agents with an alias at once. More are in touch with one agent at once only where most of them are silent, and a
    /// table that is full takes about 320 KB.
    /// </summary>
    public const int DefaultCapacity = 4096;

    private readonly int _capacity;
    private readonly Dictionary<AgentId, int> _slots = [];
    private readonly List<Entry> _entries = [];

    // Ends of the list through the entries, in order of last use; -1 while there is none.
    private int _newest = -1;
    private int _oldest = -1;

    public AliasSender(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
    }

    /// <summary>Agents with an alias, bound or not.</summary>
    public int Count => _entries.Count;

    /// <summary>The agents with an alias; who was named last comes first.</summary>
    public IEnumerable<AgentId> NewestFirst()
    {
        for (int slot = _newest; slot >= 0; slot = _entries[slot].Older)
        {
            yield return _entries[slot].Agent;
        }
    }

    /// <summary>The shortest form in which the far end will understand for, or from, whom the packet is.</summary>
    public RelayMessage Address(AgentId agent, ReadOnlySpan<byte> packet)
    {
        int slot = _slots.TryGetValue(agent, out int found) ? found : Assign(agent);
        Touch(slot);
        Entry entry = _entries[slot];
        return entry.IsBound ? RelayMessage.Aliased(entry.Alias, packet) : RelayMessage.Named(entry.Alias, agent, packet);
    }

    /// <summary>The far end knows the alias.</summary>
    public void OnBound(ulong alias) => SetBound(alias, true);

    /// <summary>The far end does not know the alias, or not any more.</summary>
    public void OnUnbound(ulong alias) => SetBound(alias, false);

    private void SetBound(ulong alias, bool bound)
    {
        int slot = (int)(alias % (ulong)_capacity);
        if (slot < _entries.Count && _entries[slot].Alias == alias)
        {
            _entries[slot].IsBound = bound;
        }
    }

    private int Assign(AgentId agent)
    {
        int slot = _entries.Count;
        if (slot < _capacity)
        {
            _entries.Add(new Entry { Agent = agent, Alias = (ulong)slot });
            Link(slot);
        }
        else
        {
            slot = _oldest;
            Entry entry = _entries[slot];
            _slots.Remove(entry.Agent);
            entry.Agent = agent;
            entry.IsBound = false;

            // Generations start again after 2^30 / capacity of them, when nothing of the first is on its way any more.
            ulong next = entry.Alias + (ulong)_capacity;
            entry.Alias = next <= RelayMessage.MaxAlias ? next : (ulong)slot;
        }

        _slots.Add(agent, slot);
        return slot;
    }

    private void Touch(int slot)
    {
        if (slot == _newest)
        {
            return;
        }

        Unlink(slot);
        Link(slot);
    }

    private void Link(int slot)
    {
        Entry entry = _entries[slot];
        entry.Newer = -1;
        entry.Older = _newest;
        if (_newest >= 0)
        {
            _entries[_newest].Newer = slot;
        }

        _newest = slot;
        _oldest = _oldest < 0 ? slot : _oldest;
    }

    private void Unlink(int slot)
    {
        Entry entry = _entries[slot];
        if (entry.Newer >= 0)
        {
            _entries[entry.Newer].Older = entry.Older;
        }

        if (entry.Older >= 0)
        {
            _entries[entry.Older].Newer = entry.Newer;
        }

        _newest = _newest == slot ? entry.Older : _newest;
        _oldest = _oldest == slot ? entry.Newer : _oldest;
    }

    private sealed class Entry
    {
        public AgentId Agent { get; set; }

        public ulong Alias { get; set; }

        public bool IsBound { get; set; }

        public int Newer { get; set; }

        public int Older { get; set; }
    }
}
