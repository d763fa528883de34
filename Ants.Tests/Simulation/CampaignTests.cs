using System.Diagnostics;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class CampaignTests
{
    // What a suite that is run often can spare; ANTS_SEEDS=20000 makes a campaign of it, ANTS_FIRST_SEED moves its start.
    private const int DefaultSeeds = 250;

    [Test]
    public void Whatever_happens_to_the_network_every_byte_arrives_once_and_in_order()
    {
        int seeds = Read("ANTS_SEEDS", DefaultSeeds), first = Read("ANTS_FIRST_SEED", 1);
        long checks = 0, keys = 0, early = 0;
        List<string> failures = [];
        Stopwatch watch = Stopwatch.StartNew();
        Parallel.For(first, first + seeds, seed =>
        {
            RandomWorld world = new(seed);
            try
            {
                world.Run();
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add($"seed {seed}: {e.GetType().Name}: {e.Message}\n    {world.Describe()}\n{e.StackTrace}");
                }
            }

            Interlocked.Add(ref checks, world.Checks);
            Interlocked.Add(ref keys, world.KeyChanges);
            Interlocked.Add(ref early, world.EarlyTaken);
        });
        TestContext.Out.WriteLine($"{seeds} seeds, {checks} invariants checked, {keys} changes of keys, {early} datagrams of early data, in {watch.Elapsed.TotalSeconds:0.0} s, {failures.Count} failed");
        Assert.That(failures, Is.Empty, string.Join("\n", failures.Take(20)));
    }

    private static int Read(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;
}
