namespace Ants.Protocol.Handshake;

/// <summary>
/// For each peer the timestamp of its last handshake that proved to be live. A message 1 that is not newer is a replay of an
/// older one. Bounded in number and in time: what was replayed after that is stopped where it always is, by not
/// proving that it is live.
/// </summary>
internal sealed class ConfirmedTimestamps
{
    // Some 400 KB at the most; a relay serves more agents than that, but replays need a listener on the way of each.
    private const int Capacity = 4096;

    // A peer whose clock was set back is shut out no longer than this.
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);

    private readonly Dictionary<AgentId, LinkedListNode<Entry>> _byPeer = [];
    private readonly LinkedList<Entry> _order = new();

    public int Count => _byPeer.Count;

    /// <summary>Notes a handshake that is live.</summary>
    public void Confirm(Instant now, AgentId peer, ulong timestamp)
    {
        ulong newest = timestamp;
        if (_byPeer.TryGetValue(peer, out LinkedListNode<Entry>? known))
        {
            newest = Math.Max(newest, known.Value.Timestamp);
            _order.Remove(known);
        }

        _byPeer[peer] = _order.AddLast(new Entry(peer, newest, now));
        Forget(now);
    }

    /// <summary>Whether a message with <paramref name="timestamp"/> is newer than all that is known of the peer.</summary>
    public bool IsNews(Instant now, AgentId peer, ulong timestamp)
    {
        Forget(now);
        return !_byPeer.TryGetValue(peer, out LinkedListNode<Entry>? known) || timestamp > known.Value.Timestamp;
    }

    private void Forget(Instant now)
    {
        while (_order.First is { Value: var oldest } && (_byPeer.Count > Capacity || now - oldest.At > s_memory))
        {
            _byPeer.Remove(oldest.Peer);
            _order.RemoveFirst();
        }
    }

    private readonly record struct Entry(AgentId Peer, ulong Timestamp, Instant At);
}
