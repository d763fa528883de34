using Ants.Protocol;

namespace Ants.Relay.Forwarding;

/// <summary>
/// Who asked for an agent that was not there, so that they can be told when it comes. Remembered for a few minutes and
/// within a fixed number; what is forgotten costs an agent a retry.
/// </summary>
internal sealed class MissedPeers
{
    // A laptop that is being opened, a process that is being restarted. Who waits longer asks again by himself.
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    /// <summary>One agent may not fill the memory of all: this many absent contacts are a lot for one caller.</summary>
    public const int MaxPerAsker = 64;

    /// <summary>One arrival costs at most as many hints, and one packet for somebody absent a look at as many names.</summary>
    public const int MaxPerWanted = 256;

    // 64 contacts that are away, for each of a thousand agents that call all of theirs at once: about 10 MB.
    private const int DefaultCapacity = 65_536;

    private readonly int _capacity;
    private readonly Dictionary<AgentId, List<Miss>> _byWanted = [];
    private readonly Dictionary<AgentId, int> _byAsker = [];

    // Oldest first. What was told or asked again stays in its place until it comes to the front.
    private readonly Queue<(Miss Miss, Instant At)> _order = new();

    public MissedPeers(int capacity = DefaultCapacity) => _capacity = capacity;

    /// <summary>What is remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Notes that <paramref name="asker"/> wanted <paramref name="wanted"/> in vain.</summary>
    public void Note(Instant now, AgentId wanted, AgentId asker)
    {
        Expire(now);
        if (Find(wanted, asker) is { } known)
        {
            known.At = now;
            return;
        }

        if (_byAsker.GetValueOrDefault(asker) >= MaxPerAsker || _byWanted.GetValueOrDefault(wanted)?.Count >= MaxPerWanted)
        {
            return;
        }

        while (Count >= _capacity || _order.Count >= 2 * _capacity)
        {
            Drop(_order.Dequeue().Miss);
        }

        Miss miss = new(wanted, asker) { At = now };
        if (!_byWanted.TryGetValue(wanted, out List<Miss>? misses))
        {
            // Most who are missed are missed by one.
            _byWanted.Add(wanted, misses = new List<Miss>(1));
        }

        misses.Add(miss);
        _byAsker[asker] = _byAsker.GetValueOrDefault(asker) + 1;
        _order.Enqueue((miss, now));
        Count++;
    }

    /// <summary>Gives, and forgets, who wanted <paramref name="arrived"/>.</summary>
    public IReadOnlyList<AgentId> Take(Instant now, AgentId arrived)
    {
        Expire(now);
        if (!_byWanted.TryGetValue(arrived, out List<Miss>? misses))
        {
            return [];
        }

        AgentId[] askers = [.. misses.Select(miss => miss.Asker)];
        foreach (Miss miss in misses.ToArray())
        {
            Drop(miss);
        }

        return askers;
    }

    private void Expire(Instant now)
    {
        while (_order.TryPeek(out (Miss Miss, Instant At) oldest) && (oldest.Miss.IsGone || now - oldest.At > Memory))
        {
            _order.Dequeue();
            if (!oldest.Miss.IsGone && now - oldest.Miss.At <= Memory)
            {
                // It was asked again meanwhile.
                _order.Enqueue((oldest.Miss, oldest.Miss.At));
                continue;
            }

            Drop(oldest.Miss);
        }
    }

    private Miss? Find(AgentId wanted, AgentId asker) =>
        _byWanted.TryGetValue(wanted, out List<Miss>? misses) ? misses.Find(miss => miss.Asker == asker) : null;

    private void Drop(Miss miss)
    {
        if (miss.IsGone)
        {
            return;
        }

        miss.IsGone = true;
        Count--;
        List<Miss> misses = _byWanted[miss.Wanted];
        misses.Remove(miss);
        if (misses.Count == 0)
        {
            _byWanted.Remove(miss.Wanted);
        }

        int left = _byAsker[miss.Asker] - 1;
        if (left == 0)
        {
            _byAsker.Remove(miss.Asker);
        }
        else
        {
            _byAsker[miss.Asker] = left;
        }
    }

    private sealed class Miss(AgentId wanted, AgentId asker)
    {
        public AgentId Wanted { get; } = wanted;

        public AgentId Asker { get; } = asker;

        public Instant At { get; set; }

        public bool IsGone { get; set; }
    }
}
