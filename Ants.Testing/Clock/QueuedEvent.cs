namespace Ants.Testing.Clock;

/// <summary>
/// Something that happens at a point of virtual time: a datagram's arrival, a timer. The object is its own place in the
/// queue, so setting it again or cancelling it leaves nothing behind.
/// </summary>
internal abstract class QueuedEvent
{
    /// <summary>When it happens, in ticks of virtual time.</summary>
    public long Due { get; private set; }

    /// <summary>Whether it waits in the queue.</summary>
    public bool IsQueued => Index >= 0;

    /// <summary>Its place in the heap, or -1. Belongs to <see cref="EventQueue"/>.</summary>
    internal int Index { get; set; } = -1;

    // Events of the same instant happen in the order in which they were set.
    private long Order { get; set; }

    /// <summary>Happens. Called once the event has left the queue, with the time at <see cref="Due"/>.</summary>
    public abstract void Fire();

    internal void Place(long due, long order)
    {
        Due = due;
        Order = order;
    }

    internal bool IsBefore(QueuedEvent other) => Due < other.Due || (Due == other.Due && Order < other.Order);
}
