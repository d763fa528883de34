using Ants.Protocol;

namespace Ants.Testing.Clock;

/// <summary>Runs a world on the calling thread: everything that waits to run now, then the next event, and so on.</summary>
internal sealed class Pump(World world)
{
    // A world that does this much in one instant never gets out of it: some timer or loop sets itself again at once.
    private const int MaxStepsPerInstant = 5_000_000;

    private bool _isRunning;

    /// <summary>Runs until <paramref name="isDone"/> holds, asked after every step.</summary>
    /// <param name="isDone">Whether what was waited for has happened.</param>
    /// <param name="limit">The end of virtual time.</param>
    /// <param name="patience">Real time to wait for another thread when the world itself has nothing left to do.</param>
    public PumpResult Run(Func<bool> isDone, Instant limit, TimeSpan patience)
    {
        if (_isRunning)
        {
            throw new InvalidOperationException("This world is running already: Run, RunUntil and RunFor cannot be nested.");
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        _isRunning = true;
        world.Own();
        PoolWatch.Enter();
        try
        {
            SynchronizationContext.SetSynchronizationContext(world.Context);
            return RunSteps(isDone, limit, patience);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            PoolWatch.Leave();
            _isRunning = false;
        }
    }

    private PumpResult RunSteps(Func<bool> isDone, Instant limit, TimeSpan patience)
    {
        Instant instant = world.Now;
        int steps = 0;
        while (!isDone())
        {
            PoolWatch.Settle();
            if (!world.TryRunReady() && !world.TryRunEvent(limit))
            {
                if (world.EventCount > 0)
                {
                    world.PassUntil(limit);
                    return isDone() ? PumpResult.Done : PumpResult.LimitReached;
                }

                if (!world.WaitForForeignWork(patience))
                {
                    return isDone() ? PumpResult.Done : PumpResult.Stalled;
                }
            }

            steps = world.Now == instant ? steps + 1 : 0;
            instant = world.Now;
            if (steps == MaxStepsPerInstant)
            {
                throw new SimulationStalledException(
                    $"Virtual time stands still at {instant}: {steps:N0} pieces of work ran in this instant and more wait. "
                    + "Something sets itself again without a delay.");
            }
        }

        return PumpResult.Done;
    }
}
