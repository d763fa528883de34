using System.Globalization;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>One matrix: builds the networks, measures all pairs, and says what came of it.</summary>
internal sealed class MatrixApplication(MatrixOptions options, IMatrixDisplay display, TextWriter text)
{
    /// <summary>Runs it and returns the exit code: not zero when a pair is not as theory says.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            await using MatrixSite site = await MatrixSite.BuildAsync(options.Relays, ct);
            IReadOnlyList<MatrixPair> pairs = MatrixPair.Of(options.Kinds);
            IReadOnlyList<MatrixCell> cells = await display.ShowAsync(
                pairs, done => MatrixMeasurement.RunAsync(site, pairs, _ => options.Runs, done, ct));
            await TellAsync(pairs, cells, ct);
            return cells.All(cell => cell.Problem is null) ? ExitCode.Held : ExitCode.Failed;
        }
        catch (Exception e) when (e is LabUnavailableException or LabException or StoryException or FileNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is LabUnavailableException or FileNotFoundException ? ExitCode.CannotRun : ExitCode.Failed;
        }
    }

    private async Task TellAsync(IReadOnlyList<MatrixPair> pairs, IReadOnlyList<MatrixCell> cells, CancellationToken ct)
    {
        foreach (MatrixCell cell in cells.Where(cell => cell.Problem is not null))
        {
            await text.WriteLineAsync($"FAILED: {cell.Problem}");
        }

        MatrixRun[] runs = [.. cells.Where(cell => cell.Pair.Expectation.Verdict == Verdict.Direct).SelectMany(cell => cell.Runs)];
        string median = MatrixCell.MedianOf(runs) is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"; median from session to direct {time.TotalMilliseconds:F1} ms, worst {runs.Max(run => run.ToDirect)!.Value.TotalMilliseconds:F1}")
            : "";
        await text.WriteLineAsync($"{runs.Count(run => run.IsDirect)} of {runs.Length} runs that must be direct were{median}.");
        if (options.Svg is { } svg)
        {
            await File.WriteAllTextAsync(svg, MatrixSvg.Draw(new MatrixGrid(pairs, cells)), ct);
        }

        if (options.Json is { Length: > 0 } json)
        {
            await File.WriteAllTextAsync(json, MatrixJson.Write(cells), ct);
        }
        else if (options.Json is not null)
        {
            await text.FlushAsync(ct);
            await Console.Out.WriteLineAsync(MatrixJson.Write(cells));
        }
    }
}
