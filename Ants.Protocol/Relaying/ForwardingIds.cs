using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// An agent's end of forwarding: under which ids its relay takes packets for the paths of its peers. Asks for one when a path is first
/// used, and again now and then, since the relay also says how long packets may be. Bounded.
/// </summary>
internal sealed class ForwardingIds(int capacity = ForwardingIds.DefaultCapacity)
{
    /// <summary>
    /// Paths that are forwarded at once; what goes beyond is tunnelled. Half of what a relay keeps for one agent, so that it never
    /// takes an id away that is in use.
    /// </summary>
    public const int DefaultCapacity = 512;

    /// <summary>What was not used for so long is not used again without asking: half the time after which a relay may have forgotten it.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(5);

    /// <summary>How long packets may be changes when the peer moves between UDP and a WebSocket; RFC 8899 looks again as often (PMTU_RAISE_TIMER).</summary>
    private static readonly TimeSpan s_renewal = TimeSpan.FromMinutes(10);

    // An answer takes a round trip to the relay. It may be lost, or the relay may be full: then seldom.
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(250), s_longestWait = TimeSpan.FromSeconds(16);

    // A full table is looked through once in a while, and not for every packet of a path that it has no room for.
    private static readonly TimeSpan s_pruning = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ConnectionId, Entry> _entries = [];
    private Instant _pruneAt;

    /// <summary>Paths that are known, answered or not.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// The id under which the relay takes packets for <paramref name="inner"/> of <paramref name="peer"/>; false while it has none.
    /// <paramref name="ask"/>: whether to send FORWARD now.
    /// </summary>
    public bool TryGet(Instant now, AgentId peer, ConnectionId inner, out ConnectionId forwarding, out bool ask)
    {
        (forwarding, ask) = (default, false);
        if (!TryFind(now, peer, inner, out Entry? entry))
        {
            return false;
        }

        if (now - entry.UsedAt > s_idle)
        {
            entry.Restart(now);
        }

        entry.UsedAt = now;
        ask = entry.MustAsk(now);
        forwarding = entry.Forwarding ?? default;
        return entry.Forwarding is not null;
    }

    /// <summary>The relay has answered; false when that was not asked.</summary>
    public bool OnForwarded(Instant now, AgentId peer, ConnectionId inner, ConnectionId forwarding)
    {
        bool asked = _entries.TryGetValue(inner, out Entry? entry) && entry.Peer == peer;
        if (asked)
        {
            entry!.Forwarding = forwarding;
            entry.AskAt = now + s_renewal;
            entry.Wait = s_firstWait;
        }

        return asked;
    }

    private bool TryFind(Instant now, AgentId peer, ConnectionId inner, [NotNullWhen(true)] out Entry? entry)
    {
        if (_entries.TryGetValue(inner, out entry))
        {
            // Two peers that chose the same id do not come to be by chance: the second is tunnelled.
            return entry.Peer == peer;
        }

        if (_entries.Count >= capacity && now >= _pruneAt)
        {
            Prune(now);
        }

        if (_entries.Count < capacity)
        {
            _entries[inner] = entry = new Entry(peer, now);
        }

        return entry is not null;
    }

    private void Prune(Instant now)
    {
        _pruneAt = now + s_pruning;
        foreach ((ConnectionId id, Entry entry) in _entries)
        {
            if (now - entry.UsedAt > s_idle)
            {
                _entries.Remove(id);
            }
        }
    }

    private sealed class Entry(AgentId peer, Instant now)
    {
        public AgentId Peer => peer;

        public ConnectionId? Forwarding { get; set; }

        public Instant UsedAt { get; set; } = now;

        public Instant AskAt { get; set; } = now;

        public TimeSpan Wait { get; set; } = s_firstWait;

        public void Restart(Instant now)
        {
            (Forwarding, AskAt, Wait) = (null, now, s_firstWait);
        }

        public bool MustAsk(Instant now)
        {
            if (now < AskAt)
            {
                return false;
            }

            AskAt = now + Wait;
            Wait = Wait * 2 < s_longestWait ? Wait * 2 : s_longestWait;
            return true;
        }
    }
}
