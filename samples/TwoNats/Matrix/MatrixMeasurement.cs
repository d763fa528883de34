using System.Net;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>Has agents of each pair meet, and tells what came of it.</summary>
internal static class MatrixMeasurement
{
    // What must go direct has several of the traversal's attempts, which come once a second at last.
    private static readonly TimeSpan s_directPatience = TimeSpan.FromSeconds(5);

    // What theory gives no way has the first plan and the first attempts after it: those at 0.25 and 0.75 s.
    private static readonly TimeSpan s_relayedPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures the pairs one after the other, so that none takes another's processor.</summary>
    /// <param name="site">Where.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="runs">How often one meets.</param>
    /// <param name="done">Hears of each pair when all its runs are done.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<IReadOnlyList<MatrixCell>> RunAsync(
        MatrixSite site, IReadOnlyList<MatrixPair> pairs, Func<MatrixPair, int> runs, Action<MatrixCell> done, CancellationToken ct)
    {
        List<MatrixCell> cells = [];
        foreach (MatrixPair pair in pairs)
        {
            (MatrixPlace a, MatrixPlace b) = await site.GetAsync(pair, ct);
            List<MatrixRun> all = [];
            for (int run = 0; run < runs(pair); run++)
            {
                // Who calls has the other turn of the simultaneous open: each side is to have both.
                all.Add(run % 2 == 0 ? await MeetAsync(pair, a, b, ct) : await MeetAsync(pair, b, a, ct));
            }

            cells.Add(new MatrixCell(pair, all));
            done(cells[^1]);
        }

        return cells;
    }

    private static async Task<MatrixRun> MeetAsync(MatrixPair pair, MatrixPlace caller, MatrixPlace called, CancellationToken ct)
    {
        TimeSpan patience = pair.Expectation.Verdict == Verdict.Direct ? s_directPatience : s_relayedPatience;
        try
        {
            await Task.WhenAll(caller.StartAsync(ct), called.StartAsync(ct));
            Task<(IPEndPoint? Direct, TimeSpan? ToDirect)> watching = called.WatchAsync(patience, ct);
            (IPEndPoint? Direct, TimeSpan? ToDirect)[] ends = await Task.WhenAll(caller.ConnectAsync(called, patience, ct), watching);
            return ends is [{ Direct: { } atCalled, ToDirect: { } one }, { Direct: { } atCaller, ToDirect: { } other }]
                ? new MatrixRun((called.SeenAt(atCalled) | caller.SeenAt(atCaller)).Best(), one > other ? one : other) { Remotes = [atCalled, atCaller] }
                : new MatrixRun(Techniques.None, ToDirect: null);
        }
        catch (MatrixException e)
        {
            return new MatrixRun(Techniques.None, ToDirect: null, e.Message);
        }
        finally
        {
            await Task.WhenAll(StopAsync(caller, ct), StopAsync(called, ct));
        }
    }

    // A place that is gone has said so already.
    private static async Task StopAsync(MatrixPlace place, CancellationToken ct)
    {
        try
        {
            await place.StopAsync(ct);
        }
        catch (MatrixException) when (!ct.IsCancellationRequested)
        {
            return;
        }
    }
}
