namespace Ants.Testing.Clock;

/// <summary>
/// Notices work that has escaped to the thread pool, and lets the world stand still until it is done.
/// </summary>
/// <remarks>
/// An await with <c>ConfigureAwait(false)</c>, a <c>Task.Run</c> or the reading of a file continues on the thread pool, and
/// nothing tells the world so. But the pool counts the work that it holds at the moment it is queued, so the world,
/// asking after every step, sees an escape at once. It then waits, in real time, until the pool is as quiet as before:
/// the escaped work runs as if it were a part of the step that started it, and virtual time does not pass meanwhile.
/// The pool is shared with whatever else the process does, so patience has an end, and what remains busy is taken for the
/// new quiet. Measured: 60 ns to ask.
/// </remarks>
internal sealed class PoolWatch
{
    // Long enough for reading a file from a slow disk, and paid at most once for each thread that stays busy.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private long _quiet = Load;

    private static long Load
    {
        get
        {
            ThreadPool.GetAvailableThreads(out int free, out _);
            ThreadPool.GetMaxThreads(out int all, out _);
            return all - free + ThreadPool.PendingWorkItemCount;
        }
    }

    /// <summary>Returns when the pool is quiet, or when patience ends.</summary>
    public void Settle()
    {
        long load = Load;
        if (load > _quiet)
        {
            load = Wait(load);
        }

        _quiet = load;
    }

    private long Wait(long load)
    {
        long started = Environment.TickCount64;
        SpinWait spinner = default;
        while (load > _quiet)
        {
            if (Environment.TickCount64 - started > s_patience.TotalMilliseconds)
            {
                break;
            }

            spinner.SpinOnce();
            load = Load;
        }

        return load;
    }
}
