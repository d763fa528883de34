using System.Globalization;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars.Routers;

/// <summary>
/// A router that answers with errors, lies, floods or hangs: an agent starts behind it and calls a peer at once. Its first session may come at
/// most 100 ms later than behind a router that speaks no protocol, in the median, and its memory may not grow with what it is sent.
/// </summary>
internal static class RouterBar
{
    private const double MaxDelayMs = 100;

    // A flood is some 30,000 packets and an endless document in the time that an agent stays: kept, they were tens of megabytes.
    private const double MaxGrowthKb = 12 * 1024;

    private static readonly RouterMood[] s_moods = Enum.GetValues<RouterMood>();

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        await using LabStage stage = await LabStage.BuildAsync(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted, relays: 1, ct);
        string program = Executables.Find("bench", "Bars");
        await using TransferProcess alice = new("alice", await stage.StartAsync(atA: true, program, ["transfer-serve"], ct));
        await alice.WaitAsync(() => alice.Held == 1, "alice is not ready", ct);
        Dictionary<RouterMood, List<(double Ms, double Kb)>> seen = s_moods.ToDictionary(mood => mood, _ => new List<(double, double)>());
        Dictionary<RouterMood, string> heard = [];
        bool credible = true;
        for (int run = 0; run < runs; run++)
        {
            foreach (RouterMood mood in s_moods)
            {
                await using LabProcess? router = mood == RouterMood.Absent ? null : await StartRouterAsync(stage, program, mood, ct);
                await using LabProcess bob = await stage.StartAsync(atA: false, program, ["router-call", "--peer", alice.Id!], ct);
                string said = await bob.Output.ReadAllAsync(ct).FirstOrDefaultAsync(ct) ?? await bob.Error.ReadAllAsync(ct).LastOrDefaultAsync(ct) ?? "nothing";
                if (said.Split(' ') is not ["called", string ms, string kb, string mappings, string outcomes])
                {
                    throw new StoryException($"bob said: {said}");
                }

                await bob.Exit.WaitAsync(ct);
                seen[mood].Add((double.Parse(ms, CultureInfo.InvariantCulture), double.Parse(kb, CultureInfo.InvariantCulture)));
                credible &= mappings == "0";
                heard[mood] = outcomes;
            }
        }

        foreach ((RouterMood mood, string outcomes) in heard)
        {
            // A router that nobody heard of proves nothing.
            bool wasHeard = mood is RouterMood.Absent or RouterMood.Hangs || outcomes.Split(',').Any(outcome => !outcome.EndsWith("NoAnswer", StringComparison.Ordinal));
            credible &= wasHeard;
            Console.Out.WriteLine($"{mood,-7} what came of asking: {outcomes}{(wasHeard ? "" : ". MISSED")}");
        }

        Console.Out.WriteLine(credible ? "no mapping was taken for true" : "a mapping was taken for true. MISSED");
        return Report(seen) && credible;
    }

    private static async Task<LabProcess> StartRouterAsync(LabStage stage, string program, RouterMood mood, CancellationToken ct)
    {
        LabProcess router = await stage.StartOnRouterAsync(program, ["router-serve", "--mood", mood.ToString()]);
        string? ready = await router.Output.ReadAllAsync(ct).FirstOrDefaultAsync(ct);
        return ready == "ready" ? router : throw new StoryException($"The router did not start: {await router.Error.ReadAllAsync(ct).LastOrDefaultAsync(ct)}");
    }

    private static bool Report(Dictionary<RouterMood, List<(double Ms, double Kb)>> seen)
    {
        double yardstick = Median(seen[RouterMood.Absent].Select(run => run.Ms)), memory = Median(seen[RouterMood.Absent].Select(run => run.Kb));
        bool held = true;
        foreach ((RouterMood mood, List<(double Ms, double Kb)> runs) in seen)
        {
            double delay = Median(runs.Select(run => run.Ms)) - yardstick, growth = Median(runs.Select(run => run.Kb)) - memory;
            bool isHeld = delay <= MaxDelayMs && growth <= MaxGrowthKb;
            held &= isHeld;
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{mood,-7} start to session, ms: median {yardstick + delay:F0} ({string.Join(' ', runs.Select(run => run.Ms.ToString("F0", CultureInfo.InvariantCulture)))}), "
                + $"delay {delay:F0} of {MaxDelayMs:F0}; peak memory {(memory + growth) / 1024:F1} MB, growth {growth / 1024:F1} of {MaxGrowthKb / 1024:F0}: {(isHeld ? "held" : "MISSED")}"));
        }

        return held;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
