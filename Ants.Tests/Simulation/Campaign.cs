using System.Diagnostics;
using Ants.Crypto;

namespace Ants.Tests.Simulation;

/// <summary>Many worlds, on all processors, each a function of its seed.</summary>
/// <param name="first">The first seed.</param>
/// <param name="count">How many.</param>
internal sealed class Campaign(int first, int count)
{
    public const string Command = "campaign";

    // Enough to see that it lives, in a log that somebody reads.
    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<(int Seed, string Text)> _failures = [];
    private readonly Stopwatch _watch = new();
    private long _checks, _keys, _early, _bytes, _datagrams, _sizes;
    private int _done;
    private TimeSpan _nextProgress = s_progressEvery;

    /// <summary>What failed, in the order of seeds.</summary>
    public IReadOnlyList<(int Seed, string Text)> Failures => [.. _failures.OrderBy(failure => failure.Seed)];

    /// <summary>The program: <c>Ants.Tests.dll campaign COUNT FIRST</c>. Prints a summary, every failure and how to repeat it; 0 when nothing failed.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int count = arguments is [var text, ..] && int.TryParse(text, out int given) ? given : 1000;
        int first = arguments is [_, var begin, ..] && int.TryParse(begin, out int seed) ? seed : 1;
        Campaign campaign = new(first, count);
        campaign.Run(Console.Error);
        await Console.Out.WriteLineAsync($"{campaign}");
        string portable = FastPaths.ForcedOff.Length > 0 ? $"{FastPaths.Variable}=1 " : "";
        foreach ((int failed, string what) in campaign.Failures)
        {
            await Console.Out.WriteLineAsync($"FAILED {what}\n    again: {portable}ANTS_SEEDS=1 ANTS_FIRST_SEED={failed} ./test.sh --filter FullyQualifiedName~CampaignTests");
        }

        return campaign.Failures.Count == 0 ? 0 : 1;
    }

    /// <summary>Runs all, and tells now and then how far it is.</summary>
    public void Run(TextWriter? progress = null)
    {
        _watch.Start();

        // One by one in order: a range for each processor would end with one of them working alone.
        Parallel.ForEach(Partitioner(), RunSeed);
        _watch.Stop();

        void RunSeed(int seed)
        {
            RandomWorld world = new(seed);
            string? failure = null;
            try
            {
                world.Run();
            }
#pragma warning disable CA1031 // Whatever it is, it belongs to the seed.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = $"seed {seed}: {e.GetType().Name}: {e.Message}\n    {world.Describe()}\n{e.StackTrace}";
            }

            Add(seed, world, failure, progress);
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{_done} seeds from {first}, {(FastPaths.ForcedOff.Length > 0 ? "forced off: " + FastPaths.ForcedOff : "every fast path on")}: {_failures.Count} failed, {_checks} invariants checked; "
        + $"{_bytes / 1_000_000} MB on streams, {_datagrams} DATAGRAMs, {_keys} changes of keys, {_sizes} of packet sizes, {_early} datagrams of early data; {_watch.Elapsed.TotalSeconds:0} s";

    private System.Collections.Concurrent.OrderablePartitioner<int> Partitioner() => System.Collections.Concurrent.Partitioner.Create(
        Enumerable.Range(first, count), System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering);

    private void Add(int seed, RandomWorld world, string? failure, TextWriter? progress)
    {
        lock (_gate)
        {
            _done++;
            _checks += world.Checks;
            _keys += world.KeyChanges;
            _early += world.EarlyTaken;
            _bytes += world.Bytes;
            _datagrams += world.Datagrams;
            _sizes += world.SizeChanges;
            if (failure is not null)
            {
                _failures.Add((seed, failure));
                progress?.WriteLine($"seed {seed} failed");
            }

            if (_watch.Elapsed >= _nextProgress)
            {
                _nextProgress += s_progressEvery;
                progress?.WriteLine($"{_done} of {count} seeds, {_failures.Count} failed, {_watch.Elapsed.TotalSeconds:0} s");
            }
        }
    }
}
