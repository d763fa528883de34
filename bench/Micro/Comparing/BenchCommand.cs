using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Loggers;

namespace Ants.Bench.Micro.Comparing;

/// <summary>Measures and prints each result beside the baseline, or writes the baseline anew.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        Option<string[]> filters = new("--filter") { Description = "Only benchmarks whose name holds one of these; * stands for anything.", AllowMultipleArgumentsPerToken = true };
        Option<bool> save = new("--save") { Description = "Writes the baseline anew." };
        Option<bool> verbose = new("--verbose") { Description = "Shows what BenchmarkDotNet says." };
        Option<FileInfo> file = new("--baseline") { Description = "The Markdown file that holds the baseline.", Required = true };
        Option<string[]> head = new("--head") { Description = "A line to stand above a new baseline." };
        Command command = new("run", "Measures, and prints ratios against the baseline.") { filters, save, verbose, file, head };
        command.SetAction(parsed =>
        {
            BenchmarkRun run = new(parsed.GetValue(verbose) ? ConsoleLogger.Default : NullLogger.Instance);
            BaselineFile baseline = new(parsed.GetRequiredValue(file).FullName);
            if (parsed.GetValue(save))
            {
                FigureSet figures = run.Measure(_ => true);
                baseline.Write(figures, [.. parsed.GetValue(head) ?? [], BenchmarkRun.Settings]);
                return 0;
            }

            Func<string, bool> filter = ToFilter(parsed.GetValue(filters) ?? []);
            return Compare(run, baseline.Read(), filter) ? 0 : 1;
        });
        return command;
    }

    private static bool Compare(BenchmarkRun run, FigureSet baseline, Func<string, bool> filter)
    {
        FigureSet now = run.Measure(filter);
        HashSet<string> doubted = [.. Comparison.All(now, baseline).Where(comparison => comparison.IsMissed).Select(comparison => comparison.Now.Name)];
        if (doubted.Count > 0)
        {
            // Something else may have run on the machine just then: what is slow is slow twice.
            Console.Error.WriteLine($"Measuring again: {string.Join(", ", doubted)}");
            now = Best(now, run.Measure(doubted.Contains));
        }

        IReadOnlyList<Comparison> all = Comparison.All(now, baseline);
        Print(now, baseline, all);
        return !all.Any(comparison => comparison.IsMissed);
    }

    // In units of each run's own yardstick the second look may be the better one though the machine has become slower.
    private static FigureSet Best(FigureSet first, FigureSet second)
    {
        Dictionary<string, Figure> best = new(first.Figures);
        foreach (Figure again in second.Figures.Values)
        {
            double scale = first.YardstickOf(again) / second.YardstickOf(again);
            best[again.Name] = first.Figures[again.Name].Best(again with { Nanoseconds = again.Nanoseconds * scale });
        }

        return first with { Figures = best };
    }

    private static void Print(FigureSet now, FigureSet baseline, IReadOnlyList<Comparison> all)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"This machine beside the baseline's, by the yardsticks: cipher {now.Cipher / baseline.Cipher:0.00} x the time, code {now.Code / baseline.Code:0.00} x."));
        Console.WriteLine($"{"",-8} {"benchmark",-38} {"ns",13} {"x baseline",10} {"bytes",11} {"baseline",11}");
        foreach (Comparison comparison in all)
        {
            string verdict = comparison switch
            {
                { Time: null } => "new",
                { IsSlower: true } => "SLOWER",
                { AllocatesMore: true } => "MORE",
                _ => "",
            };
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{verdict,-8} {comparison.Now.Name,-38} {comparison.Now.Nanoseconds,13:#,0.0} {comparison.Time,10:0.00} {comparison.Now.Bytes,11:#,0} {comparison.AllocatedBefore,11:#,0}"));
        }

        int missed = all.Count(comparison => comparison.IsMissed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{missed} of {all.Count} above {Comparison.MostTime} x the time, or above the allocations, of the baseline."));
    }

    private static Func<string, bool> ToFilter(string[] patterns)
    {
        Regex[] all = [.. patterns.Select(pattern => new Regex(Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal), RegexOptions.IgnoreCase))];
        return name => all.Length == 0 || all.Any(pattern => pattern.IsMatch(name));
    }
}
