namespace Ants.Protocol.Handshake;

/// <summary>
/// Keeps early data from being taken twice. A message 1 is known by its sender and timestamp, which no sender uses twice. Those whose early
/// data were taken are remembered; whatever could have been forgotten is refused: what is as old as anything that was
/// forgotten, what is too old or too new for this end's clock, everything while the memory is full, and everything that could have been taken by a
/// process before this one. The refusal costs the sender a round trip and nothing else.
/// </summary>
/// <param name="unixTime">The time at which early data are allowed, since 1970.</param>
internal sealed class EarlyDataGuard(TimeSpan unixTime)
{
    // What a message 1 needs to arrive, retransmissions and an unpunctual clock included.
    private static readonly TimeSpan s_maxAge = TimeSpan.FromSeconds(30);

    // Clocks that are set by NTP differ by less. For as long after its start a process refuses all early data: what a process before it has
    // taken had a timestamp that was at most so far ahead of its clock.
    private static readonly TimeSpan s_maxAhead = TimeSpan.FromSeconds(5);

    // More than can be read of messages 1 within their age (HandshakeBudget); some 700 KB if all of them have early data.
    private const int Capacity = 8192;

    private readonly HashSet<(AgentId Peer, ulong Timestamp)> _seen = [];
    private readonly PriorityQueue<(AgentId Peer, ulong Timestamp), ulong> _order = new();
    private ulong _floor = Micros(unixTime + s_maxAhead);

    /// <summary>Messages that are remembered.</summary>
    public int Count => _seen.Count;

    /// <summary>Whether the early data of a message 1 may be taken; true once for each.</summary>
    public bool TryAdmit(TimeSpan unixTime, AgentId peer, ulong timestamp)
    {
        ulong oldest = Micros(unixTime - s_maxAge);
        while (_order.TryPeek(out (AgentId, ulong) forgotten, out ulong at) && at < oldest)
        {
            _order.Dequeue();
            _seen.Remove(forgotten);

            // Should the clock be set back, this still is what cannot be known any more.
            _floor = Math.Max(_floor, at);
        }

        if (timestamp <= _floor || timestamp < oldest || timestamp > Micros(unixTime + s_maxAhead) || _seen.Count >= Capacity
            || !_seen.Add((peer, timestamp)))
        {
            return false;
        }

        _order.Enqueue((peer, timestamp), timestamp);
        return true;
    }

    /// <summary>Whether the early data of a message 1 were taken.</summary>
    public bool HasTaken(AgentId peer, ulong timestamp) => _seen.Contains((peer, timestamp));

    private static ulong Micros(TimeSpan unixTime) => (ulong)Math.Max(0, unixTime.Ticks / TimeSpan.TicksPerMicrosecond);
}
