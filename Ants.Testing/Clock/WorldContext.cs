namespace Ants.Testing.Clock;

/// <summary>The context that awaits in a world resume on: the world's queue.</summary>
internal sealed class WorldContext(World world) : SynchronizationContext
{
    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => world.Post(new WorkItem(d, state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (world.IsForeignThread)
        {
            throw new NotSupportedException("A simulated world cannot be entered from another thread and waited for. Post to it.");
        }

        d(state);
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
