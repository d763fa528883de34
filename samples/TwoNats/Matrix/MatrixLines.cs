using System.Globalization;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The matrix as lines of text: one for each pair as it is done, the grid at the end.</summary>
internal sealed class MatrixLines(TextWriter output) : IMatrixDisplay
{
    // The longest two names.
    private const int Names = 46;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MatrixCell>> ShowAsync(
        IReadOnlyList<MatrixPair> pairs, Func<Action<MatrixCell>, Task<IReadOnlyList<MatrixCell>>> measure)
    {
        IReadOnlyList<MatrixCell> cells = await measure(cell =>
        {
            output.WriteLine(Line(cell));
            output.Flush();
        });
        await output.WriteLineAsync();
        foreach (string line in new MatrixGrid(pairs, cells).Lines())
        {
            await output.WriteLineAsync(line);
        }

        await output.WriteLineAsync(MatrixGrid.Legend);
        return cells;
    }

    /// <summary>One pair.</summary>
    public static string Line(MatrixCell cell)
    {
        string outcome = cell.Direct == 0 ? "relayed" : $"direct by {cell.Seen.ToName()}";
        string time = cell.Median is { } median
            ? string.Create(CultureInfo.InvariantCulture, $"{median.TotalMilliseconds,8:F1} ms, worst {cell.Runs.Max(run => run.ToDirect)!.Value.TotalMilliseconds:F1}")
            : "";
        string line = $"{cell.Pair.ToString().PadRight(Names)} {cell.Direct} of {cell.Runs.Count}  {outcome,-24}{time}".TrimEnd();
        return cell.Problem is null ? line : $"{line}  !";
    }
}
