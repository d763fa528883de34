using Ants.Protocol;

namespace Ants.Testing.Clock;

/// <summary>
/// One world: its time, the work that waits to run now, and the events of its future. One thread at a time runs it; what
/// other threads post waits in a queue of its own until that thread takes it over.
/// </summary>
internal sealed class World
{
    private readonly Queue<WorkItem> _ready = new();
    private readonly Queue<WorkItem> _foreign = new();
    private readonly EventQueue _events = new();
    private int _owner = Environment.CurrentManagedThreadId;
    private int _foreignWaiting;
    private long _foreignPosts;
    private bool _isDisposed;

    /// <summary>A world at the start of its time.</summary>
    public World()
    {
        Context = new WorldContext(this);
        Scheduler = new WorldScheduler(this);
    }

    /// <summary>The context in which all of the world's work runs.</summary>
    public WorldContext Context { get; }

    /// <summary>The world's queue as pipes see it.</summary>
    public WorldScheduler Scheduler { get; }

    /// <summary>Virtual time.</summary>
    public Instant Now { get; private set; }

    /// <summary>Whether the calling thread is not the one that runs this world.</summary>
    public bool IsForeignThread => Environment.CurrentManagedThreadId != Volatile.Read(ref _owner);

    /// <summary>Work that came from other threads so far.</summary>
    public long ForeignPosts => Volatile.Read(ref _foreignPosts);

    /// <summary>Whether work from another thread waits to be taken over.</summary>
    public bool HasForeignWork => Volatile.Read(ref _foreignWaiting) > 0;

    /// <summary>The next event's time; <see langword="null"/> when nothing is to come.</summary>
    public Instant? NextEvent => _events.Next is QueuedEvent next ? new Instant(next.Due) : null;

    /// <summary>Events to come.</summary>
    public int EventCount => _events.Count;

    /// <summary>Makes the calling thread the one that runs the world.</summary>
    public void Own() => Volatile.Write(ref _owner, Environment.CurrentManagedThreadId);

    /// <summary>Queues work to run now, from any thread.</summary>
    public void Post(in WorkItem item)
    {
        if (!IsForeignThread)
        {
            if (!_isDisposed)
            {
                _ready.Enqueue(item);
            }

            return;
        }

        lock (_foreign)
        {
            if (!_isDisposed)
            {
                _foreign.Enqueue(item);
                _foreignWaiting++;
            }

            _foreignPosts++;
            Monitor.Pulse(_foreign);
        }
    }

    /// <summary>Sets an event, now or later; called on the world's thread.</summary>
    public void Set(QueuedEvent item, Instant due)
    {
        if (!_isDisposed)
        {
            _events.Set(item, Math.Max(due.Ticks, Now.Ticks));
        }
    }

    /// <summary>Cancels an event; false when it was not set. Called on the world's thread.</summary>
    public bool Cancel(QueuedEvent item) => _events.Remove(item);

    /// <summary>Runs one piece of work that waits to run now; false when there is none.</summary>
    public bool TryRunReady()
    {
        if (HasForeignWork)
        {
            TakeOver();
        }

        if (!_ready.TryDequeue(out WorkItem item))
        {
            return false;
        }

        item.Run();
        return true;
    }

    /// <summary>Moves time to the next event and lets it happen; false when it lies behind <paramref name="limit"/>.</summary>
    public bool TryRunEvent(Instant limit)
    {
        if (_events.Next is not QueuedEvent next || next.Due > limit.Ticks)
        {
            return false;
        }

        _events.Remove(next);
        Now = new Instant(next.Due);
        next.Fire();
        return true;
    }

    /// <summary>Moves time forward over a span in which nothing happens.</summary>
    public void PassUntil(Instant instant) => Now = Instant.Max(Now, instant);

    /// <summary>Waits in real time for work from another thread; false when none came.</summary>
    public bool WaitForForeignWork(TimeSpan patience)
    {
        lock (_foreign)
        {
            return _foreignWaiting > 0 || (Monitor.Wait(_foreign, patience) && _foreignWaiting > 0);
        }
    }

    /// <summary>Forgets all work and all events, and takes no more.</summary>
    public void Dispose()
    {
        lock (_foreign)
        {
            _isDisposed = true;
            _foreign.Clear();
            _foreignWaiting = 0;
        }

        _ready.Clear();
        _events.Clear();
    }

    private void TakeOver()
    {
        lock (_foreign)
        {
            while (_foreign.TryDequeue(out WorkItem item))
            {
                _ready.Enqueue(item);
            }

            _foreignWaiting = 0;
        }
    }
}
