using System.Collections.Concurrent;

namespace Ants.Driving;

/// <summary>What others want done on a driver, in the order in which it came. Added from anywhere, done on the driver.</summary>
/// <param name="failed">Hears of work that threw: a defect.</param>
internal sealed class PostedWork(Action<Exception> failed)
{
    private readonly ConcurrentQueue<(Action<object?> Work, object? State)> _queue = new();

    public bool IsEmpty => _queue.IsEmpty;

    /// <summary>Adds work that is handed <paramref name="state"/>: what is done again and again needs no closure, and no delegate of its own.</summary>
    public void Add(Action<object?> work, object? state) => _queue.Enqueue((work, state));

    /// <summary>Does all that there is; false when there was nothing.</summary>
    public bool DoAll()
    {
        bool any = false;
        while (_queue.TryDequeue(out (Action<object?> Work, object? State) next))
        {
            any = true;
            try
            {
                next.Work(next.State);
            }
#pragma warning disable CA1031 // The work of one must not undo that of the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed(e);
            }
        }

        return any;
    }
}
