using Ants.Testing.Lab;
using Spectre.Console;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The matrix as a table that fills while it is measured.</summary>
internal sealed class MatrixPicture(IAnsiConsole console) : IMatrixDisplay
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<MatrixCell>> ShowAsync(
        IReadOnlyList<MatrixPair> pairs, Func<Action<MatrixCell>, Task<IReadOnlyList<MatrixCell>>> measure)
    {
        List<MatrixCell> done = [];
        return await console.Live(Draw(pairs, done)).StartAsync(live => measure(cell =>
        {
            done.Add(cell);
            live.UpdateTarget(Draw(pairs, done));
        }));
    }

    private static Rows Draw(IReadOnlyList<MatrixPair> pairs, List<MatrixCell> done)
    {
        MatrixGrid grid = new(pairs, done);
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("network");
        table.AddColumns([.. grid.Kinds.Select((_, i) => MatrixGrid.Number(i))]);
        for (int row = 0; row < grid.Kinds.Count; row++)
        {
            table.AddRow([
                new Text($"{MatrixGrid.Number(row)} {grid.Kinds[row].ToName()}"),
                .. grid.Kinds.Take(row + 1).Select(column => Draw(grid[grid.Kinds[row], column])),
            ]);
        }

        string last = done.Count == 0 ? "building the networks ..." : MatrixLines.Line(done[^1]);
        return new Rows(table, new Text(MatrixGrid.Legend, new Style(decoration: Decoration.Dim)), new Text($"{done.Count} of {pairs.Count}: {last}"));
    }

    private static Text Draw(MatrixCell? cell) => new(
        MatrixGrid.Text(cell),
        new Style(cell switch
        {
            null => Color.Default,
            { Problem: not null } => Color.Red,
            { Direct: > 0 } => Color.Green,
            _ => Color.Yellow,
        }));
}
