using Ants.Protocol;

namespace Ants.Relay.Records;

/// <summary>
/// The newest record of each agent: of those that are registered, and of the last ones that have left or that other relays told
/// of, until they expire. Bounded; a record that is forgotten costs a lookup elsewhere.
/// </summary>
internal sealed class RecordStore(int maxStrays = RecordStore.DefaultStrays)
{
    // Agents that went elsewhere lately, and those that ours asked for: 40 MB at the very most, 5 as records usually are.
    public const int DefaultStrays = 10_000;

    private readonly Dictionary<AgentId, Entry> _entries = [];

    // Of agents that are not registered; the one that was touched last stands last.
    private readonly LinkedList<AgentId> _strays = new();

    /// <summary>Records that are held.</summary>
    public int Count => _entries.Count(entry => entry.Value.Record is not null);

    /// <summary>Whether an agent is registered here: nobody has a newer record of it than this relay, if it has one.</summary>
    public bool IsRegistered(AgentId agent) => _entries.TryGetValue(agent, out Entry? entry) && entry.Place is null;

    /// <summary>The agent's record stays as long as it is registered.</summary>
    public void OnRegistered(AgentId agent)
    {
        if (_entries.TryGetValue(agent, out Entry? entry))
        {
            Unlink(entry);
        }
        else
        {
            _entries[agent] = new Entry();
        }
    }

    /// <summary>The agent has left: its record is kept, with those of others.</summary>
    public void OnLeft(AgentId agent)
    {
        if (_entries.TryGetValue(agent, out Entry? entry) && entry.Record is not null)
        {
            Unlink(entry);
            Link(agent, entry);
        }
        else
        {
            _entries.Remove(agent);
        }
    }

    /// <summary>Keeps a record that has been checked, unless a newer one is known. Null, or why it is not kept.</summary>
    public RecordFault? Put(AgentRecord record, DateTimeOffset now)
    {
        AgentRecord? known = Find(record.Agent, now);
        if (known is not null && !record.Replaces(known))
        {
            return record.IsSameAs(known) ? null : RecordFault.Replayed;
        }

        if (!_entries.TryGetValue(record.Agent, out Entry? entry))
        {
            entry = _entries[record.Agent] = new Entry();
            Link(record.Agent, entry);
        }

        entry.Record = record;
        return null;
    }

    /// <summary>The newest record of an agent, if one is known and still valid.</summary>
    public AgentRecord? Find(AgentId agent, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(agent, out Entry? entry) || entry.Record is not { } record)
        {
            return null;
        }

        if (record.IsValidAt(now))
        {
            return record;
        }

        entry.Record = null;
        if (entry.Place is not null)
        {
            Unlink(entry);
            _entries.Remove(agent);
        }

        return null;
    }

    private void Link(AgentId agent, Entry entry)
    {
        entry.Place = _strays.AddLast(agent);
        if (_strays.Count > maxStrays)
        {
            _entries.Remove(_strays.First!.Value);
            _strays.RemoveFirst();
        }
    }

    private void Unlink(Entry entry)
    {
        if (entry.Place is { } place)
        {
            _strays.Remove(place);
            entry.Place = null;
        }
    }

    private sealed class Entry
    {
        public AgentRecord? Record { get; set; }

        /// <summary>Among the strays; null for an agent that is registered.</summary>
        public LinkedListNode<AgentId>? Place { get; set; }
    }
}
