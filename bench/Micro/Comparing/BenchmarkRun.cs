using Ants.Bench.Micro.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;

namespace Ants.Bench.Micro.Comparing;

/// <summary>Runs benchmarks, each in a process of its own, the yardsticks at both ends.</summary>
internal sealed class BenchmarkRun(ILogger logger)
{
    // Ten iterations of 100 ms after three to warm up: a few seconds for each benchmark, its process included, two minutes for all. What is taken is the
    // least of the ten, which settles soon; BenchmarkDotNet's default of up to a hundred iterations of half a second settles means.
    private const int Warmups = 3, Iterations = 10, IterationMilliseconds = 100;

    private static readonly Type[] s_types =
    [
        typeof(Sealing), typeof(Codecs), typeof(Packets), typeof(Acknowledgements), typeof(Reassembly), typeof(Relaying), typeof(Transfers),
        typeof(Handshakes),
    ];

    public static string Settings => $"least of {Iterations} iterations of {IterationMilliseconds} ms, after {Warmups} to warm up, in a process for each benchmark";

    /// <summary>Measures the benchmarks whose name passes <paramref name="filter"/>.</summary>
    public FigureSet Measure(Func<string, bool> filter)
    {
        Job job = Job.Default.WithWarmupCount(Warmups).WithIterationCount(Iterations)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds)).DontEnforcePowerPlan();
        IConfig config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(logger)
            .WithArtifactsPath(System.IO.Path.Combine(AppContext.BaseDirectory, "results"))
            .AddFilter(new SimpleFilter(benchmark => IsYardstick(benchmark) || filter(NameOf(benchmark))));
        Summary[] summaries = BenchmarkRunner.Run([typeof(YardsticksBefore), .. s_types, typeof(YardsticksAfter)], config);
        BenchmarkReport[] reports = [.. summaries.SelectMany(summary => summary.Reports)];
        BenchmarkReport? failed = Array.Find(reports, report => !report.Success || report.ResultStatistics is null);
        if (failed is not null || reports.Length == 0 || summaries.Any(summary => summary.HasCriticalValidationErrors))
        {
            throw new InvalidOperationException($"{(failed is null ? "Nothing" : NameOf(failed.BenchmarkCase))} could not be measured; --verbose shows why.");
        }

        Figure[] figures = [.. reports.Where(report => !IsYardstick(report.BenchmarkCase)).Select(ToFigure)];
        return new FigureSet(figures.ToDictionary(figure => figure.Name), Yardstick(reports, nameof(Yardsticks.Cipher)), Yardstick(reports, nameof(Yardsticks.Code)));
    }

    private double Yardstick(BenchmarkReport[] reports, string method)
    {
        double[] both = [.. reports.Where(report => IsYardstick(report.BenchmarkCase) && report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method)
            .Select(report => report.ResultStatistics!.Min)];
        double drift = both.Max() / both.Min();

        // Half of what a benchmark may be slower by: the machine itself would be most of a difference.
        if (drift > 1 + ((Comparison.MostTime - 1) / 2))
        {
            Console.Error.WriteLine($"The machine was not quiet: the yardstick {method} took {both.Min():0} ns at one end of the run and {both.Max():0} at the other.");
        }

        return both.Min();
    }

    private static bool IsYardstick(BenchmarkCase benchmark) => benchmark.Descriptor.Type.IsSubclassOf(typeof(Yardsticks));

    private static Figure ToFigure(BenchmarkReport report) => new(
        NameOf(report.BenchmarkCase), report.ResultStatistics!.Min, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0,
        report.BenchmarkCase.Descriptor.Type == typeof(Sealing));

    private static string NameOf(BenchmarkCase benchmark)
    {
        string name = $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}";
        return benchmark.Parameters.Count == 0 ? name : $"{name} {string.Join(' ', benchmark.Parameters.Items.Select(item => item.Value))}";
    }
}
