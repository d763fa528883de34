using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>What the command line asks of the matrix.</summary>
/// <param name="Kinds">Which networks; every pair of them is measured.</param>
/// <param name="Runs">How often each pair.</param>
/// <param name="Relays">How many relays there are.</param>
internal sealed record MatrixOptions(IReadOnlyList<LabHomeKind> Kinds, int Runs, int Relays)
{
    /// <summary>Where the results go as JSON; empty for standard output, null for nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>Where the grid goes as a picture; null for nowhere.</summary>
    public string? Svg { get; init; }

    /// <summary>
    /// The networks that are asked for unless told otherwise: all but the one that differs from another without UDP only in how a relay is reached.
    /// </summary>
    public static IReadOnlyList<LabHomeKind> DefaultKinds { get; } = [.. LabHomeKinds.All.Except([LabHomeKind.ProxyOnly])];
}
