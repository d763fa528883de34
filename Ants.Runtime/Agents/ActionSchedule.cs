using Ants.Protocol;

namespace Ants.Agents;

/// <summary>Things to do later on the driver.</summary>
internal sealed class ActionSchedule
{
    private readonly DeadlineHeap<ScheduledAction> _heap = new();

    /// <summary>When the first is due; null for never.</summary>
    public Instant? NextTimeout => _heap.NextTimeout;

    /// <summary>Has <paramref name="action"/> done at <paramref name="at"/>, unless it is cancelled before.</summary>
    public ScheduledAction Add(Instant at, Action action)
    {
        ScheduledAction scheduled = new(_heap, action);
        _heap.Set(scheduled, at);
        return scheduled;
    }

    /// <summary>Does all that is due by <paramref name="now"/>.</summary>
    public void Run(Instant now)
    {
        while (_heap.TryTake(now, out ScheduledAction? due))
        {
            due.Run();
        }
    }
}
