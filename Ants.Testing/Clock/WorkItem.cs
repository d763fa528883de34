namespace Ants.Testing.Clock;

/// <summary>Work that waits to run now: what was posted to the world's context, or scheduled on its pipe scheduler.</summary>
internal readonly struct WorkItem
{
    private readonly Delegate _work;
    private readonly object? _state;

    /// <summary>Work posted to a synchronization context.</summary>
    public WorkItem(SendOrPostCallback work, object? state)
    {
        _work = work;
        _state = state;
    }

    /// <summary>Work scheduled on a pipe scheduler.</summary>
    public WorkItem(Action<object?> work, object? state)
    {
        _work = work;
        _state = state;
    }

    /// <summary>Work without a state.</summary>
    public WorkItem(Action work) => _work = work;

    /// <summary>Does the work.</summary>
    public void Run()
    {
        switch (_work)
        {
            case SendOrPostCallback posted:
                posted(_state);
                break;
            case Action<object?> scheduled:
                scheduled(_state);
                break;
            default:
                ((Action)_work)();
                break;
        }
    }
}
