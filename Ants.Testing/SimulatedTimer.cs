using Ants.Protocol;
using Ants.Testing.Clock;

namespace Ants.Testing;

/// <summary>
/// A deadline in virtual time that can be moved as often as one likes. Made by
/// <see cref="SimulatedNetwork.CreateTimer(Action)"/> and <see cref="SimulatedNetwork.Schedule(Instant, Action)"/>.
/// </summary>
public sealed class SimulatedTimer : IDisposable
{
    private readonly World _world;
    private readonly ActionEvent _event;

    internal SimulatedTimer(World world, Action action)
    {
        _world = world;
        _event = new ActionEvent(action);
    }

    /// <summary>When the action runs next; <see langword="null"/> when the timer is not set.</summary>
    public Instant? Due => _event.IsQueued ? new Instant(_event.Due) : null;

    /// <summary>
    /// Sets the deadline: the action runs then, once. A time that has passed means now, but not within this call;
    /// <see langword="null"/> and <see cref="Instant.Never"/> mean not at all.
    /// </summary>
    public void Set(Instant? due)
    {
        if (due is Instant instant && instant < Instant.Never)
        {
            _world.Set(_event, instant);
        }
        else
        {
            _world.Cancel(_event);
        }
    }

    /// <summary>Cancels the timer.</summary>
    public void Dispose() => _world.Cancel(_event);
}
