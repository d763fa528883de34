using System.Diagnostics;
using System.IO.Pipelines;

namespace Ants.Sockets;

/// <summary>
/// Runs what it is given on a thread of its own if that is free, otherwise on the pool. A thread of the pool that has nothing left to do looks for more
/// for some hundred microseconds; a fast stream wakes its reader a thousand times a second, and this would be a good part of a processor. The
/// thread here sleeps at once, unless work comes at such a pace that looking for it is cheaper than to be woken.
/// </summary>
/// <remarks>Nothing ever waits for the thread: what it does may take as long as it likes, and block.</remarks>
internal sealed class StandbyScheduler : PipeScheduler
{
    // Twice what waking a thread costs where processors sleep too, as in virtual machines, and more than a round trip over a relay on one
    // machine takes; far less than lies between the wake-ups of a fast stream.
    private static readonly TimeSpan s_patience = TimeSpan.FromMicroseconds(200);

    private readonly object _gate = new();
    private Action<object?>? _action;
    private object? _state;
    private int _isStarted, _isFree;

    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (Volatile.Read(ref _isFree) == 0 || Interlocked.Exchange(ref _isFree, 0) == 0)
        {
            ThreadPool.Schedule(action, state);
            if (Volatile.Read(ref _isStarted) == 0 && Interlocked.Exchange(ref _isStarted, 1) == 0)
            {
                new Thread(Run) { IsBackground = true, Name = "ANTS standby" }.UnsafeStart();
            }

            return;
        }

        lock (_gate)
        {
            (_action, _state) = (action, state);
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        ExecutionContext context = ExecutionContext.Capture()!;
        bool comesSoon = false;
        while (true)
        {
            Volatile.Write(ref _isFree, 1);
            long since = Stopwatch.GetTimestamp();
            while (comesSoon && Volatile.Read(ref _action) is null)
            {
                comesSoon = Stopwatch.GetElapsedTime(since) < s_patience;
                Thread.Yield();
            }

            Park();
            comesSoon = Stopwatch.GetElapsedTime(since) < s_patience;
            (Action<object?> action, object? state) = (_action!, _state);
            (_action, _state) = (null, null);
            action(state);

            // As the pool does: what one leaves behind is not the next one's.
            ExecutionContext.Restore(context);
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private void Park()
    {
        lock (_gate)
        {
            while (_action is null)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
