using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Telling;

namespace Ants.Samples.Throughput.Staging;

/// <summary>Measures all rows, run after run, so that what drifts on the machine drifts for all of them.</summary>
internal sealed class Bench(Options.Bench options, TextWriter output, TextWriter error)
{
    private readonly List<string> _failures = [];

    // While JSON is asked for, standard output has nothing else.
    private TextWriter Text => options.Json ? error : output;

    /// <summary>Measures, tells, and returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        Dictionary<Row, List<Figure>> figures = options.Rows.ToDictionary(row => row, _ => new List<Figure>());
        await using (Site site = await Site.BuildAsync(ct))
        {
            for (int run = 1; run <= options.Runs; run++)
            {
                foreach (Row row in options.Rows)
                {
                    await MeasureAsync(site, row, run, figures[row], ct);
                }
            }
        }

        return await TellAsync(
            [.. options.Rows.Where(row => figures[row].Count > 0).Select(row => new Result(row.Name, row.Streams, figures[row]))], ct);
    }

    private async Task<int> TellAsync(Result[] results, CancellationToken ct)
    {
        IReadOnlyList<Bar> bars = Bars.Judge(results);
        Table.Write(Text, results, bars);
        foreach (string failure in _failures)
        {
            await Text.WriteLineAsync($"FAILED: {failure}");
        }

        if (options.Chart is { } chart && results.Any(result => result.MegabitsPerSecond is not null))
        {
            await File.WriteAllTextAsync(chart, Chart.Draw(results), ct);
        }

        if (options.Json)
        {
            await Text.FlushAsync(ct);
            await output.WriteLineAsync(ResultJson.Write(results, bars, _failures));
        }

        return _failures.Count == 0 && bars.All(bar => bar.Holds || bar.IsStretch) ? ExitCode.Held : ExitCode.Failed;
    }

    private async Task MeasureAsync(Site site, Row row, int run, List<Figure> figures, CancellationToken ct)
    {
        try
        {
            await site.LetUdpAsync(!row.IsWithoutUdp);
            Figure figure = row.Yardstick is null ? await MeasureAgentsAsync(site, row, ct) : await MeasureYardstickAsync(site, row, ct);
            figures.Add(figure);
            await error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"run {run}  {row.Name,-18}{figure.MegabitsPerSecond,9:F0}{figure.P50,9:F1}"));
        }
        catch (ThroughputException e)
        {
            _failures.Add($"{row.Name}, run {run}: {e.Message}");
            await error.WriteLineAsync($"run {run}  {row.Name,-18}{e.Message}");
        }
    }

    private async Task<Figure> MeasureYardstickAsync(Site site, Row row, CancellationToken ct)
    {
        await using Child receiver = await Child.StartAsync(
            site.Receiver, [.. Programs.Self, ThroughputCommand.ServeYardsticks, "--port", $"{Site.Port}"], ct);
        await receiver.ReadAsync(ct);
        await using Child sender = await Child.StartAsync(
            site.Sender,
            [
                .. Programs.Self, ThroughputCommand.SendYardstick, "--yardstick", $"{row.Yardstick}", "--to", $"{site.Yardsticks}", .. Length(),
                .. Kind(row.Work),
            ],
            ct);
        await sender.ReadAsync(ct);
        return ResultJson.ReadFigure(await sender.ReadAsync(Patience, ct));
    }

    private async Task<Figure> MeasureAgentsAsync(Site site, Row row, CancellationToken ct)
    {
        await site.NeedRelayAsync(ct);
        string[] relay = ["--relay", site.RelayAddress, "--json"];
        await using Child receiver = await Child.StartAsync(site.Receiver, [.. Programs.Self, "serve", .. relay], ct);
        string peer = ReadAgent(await receiver.ReadAsync(ct));
        await using Child sender = await Child.StartAsync(
            site.Sender,
            [
                .. Programs.Self, "send", .. relay, "--peer", peer, "--path", $"{row.Path}", "--streams", $"{row.Streams}", .. Length(),
                .. Kind(row.Work),
            ],
            ct);
        await sender.ReadAsync(ct);
        (long begun, TimeSpan before) = (Stopwatch.GetTimestamp(), site.Relay.Cpu);
        string last = await sender.ReadAsync(Patience, ct);
        double processors = (site.Relay.Cpu - before) / Stopwatch.GetElapsedTime(begun);
        Figure figure = ResultJson.ReadFigure(last);
        return row.Path == PathKind.Relayed && figure.MegabitsPerSecond is { } rate
            ? figure with { RelayCpu = Figure.PerGigabyte(processors, rate * 1e6 / 8) }
            : figure;
    }

    private TimeSpan Patience => new Request(Work.Bulk, 0, 1, options.Length).Limit * 2;

    private string[] Length() => ["--seconds", options.Length.TotalSeconds.ToString(CultureInfo.InvariantCulture)];

    private static string[] Kind(Work work) => work switch
    {
        Work.Echo => ["--ping"],
        Work.Duplex => ["--duplex"],
        _ => [],
    };

    private static string ReadAgent(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("agent").GetString()!;
    }
}
