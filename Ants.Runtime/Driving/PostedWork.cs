using System.Collections.Concurrent;

namespace Ants.Driving;

/// <summary>What others want done on a driver, in the order in which it came. Added from anywhere, done on the driver.</summary>
/// <param name="failed">Hears of work that threw: a defect.</param>
internal sealed class PostedWork(Action<Exception> failed)
{
    private readonly ConcurrentQueue<Action> _queue = new();

    public bool IsEmpty => _queue.IsEmpty;

    public void Add(Action work) => _queue.Enqueue(work);

    /// <summary>Does all that there is; false when there was nothing.</summary>
    public bool DoAll()
    {
        bool any = false;
        while (_queue.TryDequeue(out Action? work))
        {
            any = true;
            try
            {
                work();
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
