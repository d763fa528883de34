using System.Net;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>What one session between a pair came to.</summary>
/// <param name="Technique">How its direct path came about, exactly one; <see cref="Techniques.None"/> while one side or both are relayed.</param>
/// <param name="ToDirect">From the session to its direct path, by the agents' own clocks: that of the side that took longer; null when relayed.</param>
/// <param name="Failure">Why there was no session at all; null when there was one.</param>
internal sealed record MatrixRun(Techniques Technique, TimeSpan? ToDirect, string? Failure = null)
{
    /// <summary>Where the caller sends to, and where the called one does; empty when relayed.</summary>
    public IReadOnlyList<IPEndPoint> Remotes { get; init; } = [];

    /// <summary>Whether both sides have it direct.</summary>
    public bool IsDirect => Technique != Techniques.None;
}
