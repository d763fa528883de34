using Ants.Protocol;

namespace Ants.Agents;

/// <summary>One thing to do later; see <see cref="ActionSchedule"/>.</summary>
internal sealed class ScheduledAction(DeadlineHeap<ScheduledAction> heap, Action action) : Deadline
{
    /// <summary>It is not done any more, if it has not been.</summary>
    public void Cancel() => heap.Remove(this);

    public void Run() => action();
}
