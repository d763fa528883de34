using Ants.Protocol;

namespace Ants.Agents;

/// <summary>Things to do later on the driver. What was cancelled stays in the heap until its time and then does nothing.</summary>
internal sealed class ActionSchedule
{
    private readonly PriorityQueue<ScheduledAction, (long Ticks, long Order)> _heap = new();
    private long _order;

    /// <summary>When the first is due; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            while (_heap.TryPeek(out ScheduledAction? first, out (long Ticks, long Order) due))
            {
                if (first.IsPending)
                {
                    return new Instant(due.Ticks);
                }

                _heap.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Has <paramref name="action"/> done at <paramref name="at"/>, unless it is cancelled before.</summary>
    public ScheduledAction Add(Instant at, Action action)
    {
        ScheduledAction scheduled = new(action);
        _heap.Enqueue(scheduled, (at.Ticks, _order++));
        return scheduled;
    }

    /// <summary>Does all that is due by <paramref name="now"/>.</summary>
    public void Run(Instant now)
    {
        while (_heap.TryPeek(out _, out (long Ticks, long Order) due) && due.Ticks <= now.Ticks)
        {
            _heap.Dequeue().Run();
        }
    }
}
