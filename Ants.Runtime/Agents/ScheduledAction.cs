namespace Ants.Agents;

/// <summary>One thing to do later; see <see cref="ActionSchedule"/>.</summary>
internal sealed class ScheduledAction(Action action)
{
    private Action? _action = action;

    public bool IsPending => _action is not null;

    public void Cancel() => _action = null;

    public void Run()
    {
        Action? action = _action;
        _action = null;
        action?.Invoke();
    }
}
