namespace Ants.Testing;

/// <summary>
/// A simulated world can do nothing more, but what was waited for has not happened: a deadlock, or a world that sets
/// itself the same work again and again without time passing. The message says what the world looks like.
/// </summary>
public sealed class SimulationStalledException : InvalidOperationException
{
    /// <summary>Says what stalled and how the world looks.</summary>
    public SimulationStalledException(string message)
        : base(message)
    {
    }
}
