namespace Ants.Testing.Clock;

/// <summary>Code that a test has scheduled.</summary>
internal sealed class ActionEvent(Action action) : QueuedEvent
{
    /// <inheritdoc/>
    public override void Fire() => action();
}
