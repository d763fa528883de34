using System.IO.Pipelines;

namespace Ants.Tests.Unit.Runtime.Observing;

/// <summary>Runs what was scheduled when the test says so.</summary>
internal sealed class StepScheduler : PipeScheduler
{
    private readonly Queue<(Action<object?> Action, object? State)> _waiting = new();

    public override void Schedule(Action<object?> action, object? state) => _waiting.Enqueue((action, state));

    public void RunAll()
    {
        while (_waiting.TryDequeue(out (Action<object?> Action, object? State) next))
        {
            next.Action(next.State);
        }
    }
}
