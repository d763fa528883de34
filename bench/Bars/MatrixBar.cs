using System.Globalization;
using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Matrix;

namespace Ants.Bench.Bars;

/// <summary>
/// Every pair of networks of the lab: those that must go direct by theory meet again and again, and do so each time; those that stay relayed meet
/// once, for the table. Mappings exist before the call, nothing is configured by hand, and the time is the agents' own.
/// </summary>
internal static class MatrixBar
{
    private const double MaxMedianMs = 30;
    private const int Relays = 2;

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        IReadOnlyList<MatrixPair> pairs = MatrixPair.Of(MatrixOptions.DefaultKinds);
        await using MatrixSite site = await MatrixSite.BuildAsync(Relays, ct);
        IReadOnlyList<MatrixCell> cells = await new MatrixLines(Console.Out).ShowAsync(
            pairs,
            done => MatrixMeasurement.RunAsync(site, pairs, pair => pair.Expectation.Verdict == Verdict.Direct ? runs : 1, done, ct));

        MatrixRun[] direct = [.. cells.Where(cell => cell.Pair.Expectation.Verdict == Verdict.Direct).SelectMany(cell => cell.Runs)];
        bool median = MatrixCell.MedianOf(direct) is { TotalMilliseconds: <= MaxMedianMs };
        MatrixCell[] missed = [.. cells.Where(cell => cell.Problem is not null)];
        foreach (MatrixCell cell in missed)
        {
            await Console.Out.WriteLineAsync($"MISSED: {cell.Problem}");
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{direct.Count(run => run.IsDirect)} of {direct.Length} runs that must be direct were; {Spread(direct)}; median at most {MaxMedianMs} ms: {(median ? "held" : "MISSED")}"));
        return median && missed.Length == 0;
    }

    private static string Spread(MatrixRun[] runs)
    {
        double[] times = [.. runs.Select(run => run.ToDirect?.TotalMilliseconds).OfType<double>().Order()];
        return times.Length == 0
            ? "no times"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"from session to direct median {times[times.Length / 2]:F1} ms, 90th percentile {times[times.Length * 9 / 10]:F1}, worst {times[^1]:F1}");
    }
}
