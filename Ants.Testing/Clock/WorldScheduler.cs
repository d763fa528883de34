using System.IO.Pipelines;

namespace Ants.Testing.Clock;

/// <summary>The world's queue as pipes see it.</summary>
internal sealed class WorldScheduler(World world) : PipeScheduler
{
    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state) => world.Post(new WorkItem(action, state));
}
