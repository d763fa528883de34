using Ants.Protocol;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>One direction of a connection: what is sent arrives in order, after the link's delay, and later while the link is cut.</summary>
internal sealed class SegmentQueue
{
    // RFC 6298 section 2.4 would have a second; systems take 200 ms.
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(Instant Due, Action Arrive)> _flying = new();
    private readonly SimulatedWebSockets _from;
    private readonly SimulatedWebSockets _to;
    private readonly ActionEvent _next;
    private Instant _last;

    public SegmentQueue(SimulatedWebSockets from, SimulatedWebSockets to)
    {
        _from = from;
        _to = to;
        _next = new ActionEvent(Arrive);
    }

    /// <summary>Whether nothing arrives any more, for good.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Sends something, whose arrival is <paramref name="arrive"/>.</summary>
    public void Send(Action arrive)
    {
        if (IsFrozen)
        {
            return;
        }

        _last = Instant.Max(_last, _from.Clock.Now + _from.DelayTo(_to));
        _flying.Enqueue((_last, arrive));
        if (_flying.Count == 1)
        {
            _from.Clock.Set(_next, _last);
        }
    }

    private void Arrive()
    {
        if (IsFrozen)
        {
            _flying.Clear();
            return;
        }

        if (!_from.Reaches(_to))
        {
            _from.Clock.Set(_next, _from.Clock.Now + s_retry);
            return;
        }

        _flying.Dequeue().Arrive();
        if (_flying.TryPeek(out (Instant Due, Action Arrive) next))
        {
            _from.Clock.Set(_next, next.Due);
        }
    }
}
