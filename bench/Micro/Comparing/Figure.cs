namespace Ants.Bench.Micro.Comparing;

/// <summary>What one benchmark costs.</summary>
/// <param name="Name">The benchmark, as <c>Type.Method</c>, with its parameters' values behind it.</param>
/// <param name="Nanoseconds">The time of an operation: the least of all iterations, since whatever disturbs one only adds to it.</param>
/// <param name="Bytes">Bytes allocated by an operation.</param>
/// <param name="IsCipher">Whether its time is a cipher's, and goes with that yardstick.</param>
internal sealed record Figure(string Name, double Nanoseconds, long Bytes, bool IsCipher = false)
{
    /// <summary>The lesser of two measurements of the same.</summary>
    public Figure Best(Figure other) => this with
    {
        Nanoseconds = Math.Min(Nanoseconds, other.Nanoseconds),
        Bytes = Math.Min(Bytes, other.Bytes),
    };
}
