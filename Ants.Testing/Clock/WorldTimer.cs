namespace Ants.Testing.Clock;

/// <summary>A timer on virtual time, with the contract of <see cref="TimeProvider.CreateTimer"/>.</summary>
internal sealed class WorldTimer : QueuedEvent, ITimer
{
    private readonly World _world;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private volatile bool _isDisposed;

    /// <summary>A timer that is not set.</summary>
    public WorldTimer(World world, TimerCallback callback, object? state)
    {
        _world = world;
        _callback = callback;
        _state = state;
    }

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        if (_isDisposed)
        {
            return false;
        }

        if (_world.IsForeignThread)
        {
            _world.Post(new WorkItem(() => Set(dueTime, period)));
        }
        else
        {
            Set(dueTime, period);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Fire()
    {
        if (_isDisposed)
        {
            return;
        }

        // As with the system's timers, a period of zero means once.
        if (_period > TimeSpan.Zero)
        {
            _world.Set(this, _world.Now + _period);
        }

        if (_flow is null)
        {
            _callback(_state);
        }
        else
        {
            ExecutionContext.Run(_flow, static timer => ((WorldTimer)timer!)._callback(((WorldTimer)timer)._state), this);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        if (_world.IsForeignThread)
        {
            _world.Post(new WorkItem(() => { _world.Cancel(this); }));
        }
        else
        {
            _world.Cancel(this);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Set(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        if (dueTime == Timeout.InfiniteTimeSpan || _isDisposed)
        {
            _world.Cancel(this);
        }
        else
        {
            _world.Set(this, _world.Now + dueTime);
        }
    }
}
