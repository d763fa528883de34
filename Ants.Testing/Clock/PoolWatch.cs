namespace Ants.Testing.Clock;

/// <summary>
/// Notices work that has escaped to the thread pool, and lets the world stand still until it is done.
/// </summary>
/// <remarks>
/// An await with <c>ConfigureAwait(false)</c>, a <c>Task.Run</c> or the reading of a file continues on the thread pool, and
/// nothing tells the world so. But the pool counts the work that it holds at the moment it is queued, so the world,
/// asking after every step, sees an escape at once. It then waits, in real time, until the pool is as quiet as before:
/// the escaped work runs as if it were a part of the step that started it, and virtual time does not pass meanwhile.
/// The pool is shared with whatever else the process does, so patience has an end, and what remains busy (a test host
/// keeps a thread of the pool for itself) is taken for quiet from then on, by all worlds of the process. Measured: 60 ns
/// to ask.
/// </remarks>
internal static class PoolWatch
{
    // Long enough for reading a file from a slow disk on a busy machine, and paid once for each thread that stays busy.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    // How much load is not ours. It starts at none rather than at what there is: that may be work just ending.
    private static long s_quiet;

    // Threads of the pool that run worlds themselves, as with test runners that start tests on the pool.
    private static int s_worlds;

    private static long Load
    {
        get
        {
            ThreadPool.GetAvailableThreads(out int free, out _);
            ThreadPool.GetMaxThreads(out int all, out _);
            return all - free + ThreadPool.PendingWorkItemCount - Volatile.Read(ref s_worlds);
        }
    }

    /// <summary>Notes that the calling thread begins to run a world.</summary>
    public static void Enter() => Count(1);

    /// <summary>Notes that the calling thread has ended to run a world.</summary>
    public static void Leave() => Count(-1);

    /// <summary>Returns when the pool is quiet, or when patience ends.</summary>
    public static void Settle()
    {
        long load = Load;
        if (load > Volatile.Read(ref s_quiet))
        {
            load = Wait(load);
        }

        Volatile.Write(ref s_quiet, load);
    }

    private static void Count(int change)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            Interlocked.Add(ref s_worlds, change);
        }
    }

    private static long Wait(long load)
    {
        long started = Environment.TickCount64;
        SpinWait spinner = default;
        while (load > Volatile.Read(ref s_quiet))
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
