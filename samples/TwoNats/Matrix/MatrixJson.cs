using System.Text.Json;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The matrix as one JSON object.</summary>
internal static class MatrixJson
{
    /// <summary>
    /// <c>ok</c>, <c>median_ms</c> of all runs that must be direct, and for each pair <c>a</c>, <c>b</c>, what is <c>expected</c>, in how many of its
    /// <c>runs</c> it was <c>direct</c>, by which <c>techniques</c>, after how many <c>ms</c> each, and its <c>problem</c> or null.
    /// </summary>
    public static string Write(IReadOnlyList<MatrixCell> cells) => JsonSerializer.Serialize(new
    {
        ok = cells.All(cell => cell.Problem is null),
        median_ms = MatrixCell.MedianOf(cells.Where(cell => cell.Pair.Expectation.Verdict == Verdict.Direct).SelectMany(cell => cell.Runs))?.TotalMilliseconds,
        pairs = cells.Select(cell => new
        {
            a = cell.Pair.A.ToName(),
            b = cell.Pair.B.ToName(),
            expected = cell.Pair.Expectation.Verdict.ToString().ToLowerInvariant(),
            expected_techniques = cell.Pair.Expectation.Techniques.ToName(),
            runs = cell.Runs.Count,
            direct = cell.Direct,
            techniques = cell.Seen.ToName(),
            median_ms = cell.Median?.TotalMilliseconds,
            ms = cell.Runs.Select(run => run.ToDirect?.TotalMilliseconds),
            remotes = cell.Runs.Select(run => run.Remotes.Select(remote => remote.ToString())),
            problem = cell.Problem,
        }),
    });
}
