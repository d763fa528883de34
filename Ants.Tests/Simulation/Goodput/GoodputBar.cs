using System.Globalization;

namespace Ants.Tests.Simulation.Goodput;

/// <summary>
/// What a stream gets through over a lossy wire, beside what its congestion controller allows at the most, for several seeds of each setting.
/// </summary>
/// <param name="setting">The case.</param>
/// <param name="seeds">How many runs.</param>
/// <param name="seconds">How long each measures, on virtual time.</param>
internal sealed class GoodputBar(Setting setting, int seeds, double seconds)
{
    public const string Command = "loss";

    // Slow start, its end, and the first losses: what is measured is the steady state, as in the formulas.
    private const double SettleSeconds = 5;

    // What is promised: so much of what the controller's window allows, headers, tags and late timers included.
    private const double LeastOfIdeal = 0.8;

    // Above this, windows are a few packets, too few to show a loss by what follows it: timeouts decide, which the ideal sender does not need
    // and the formula counts. "No collapse" is then eight tenths of the formula, and six tenths of the ideal.
    private const double TimeoutLoss = 0.02;
    private const double LeastOfIdealWithTimeouts = 0.6, LeastOfFormulaWithTimeouts = 0.8;

    // The ideal sender costs next to nothing: long enough for a mean without noise.
    private const double IdealSeconds = 600;

    private double _ideal, _mean, _least, _most;

    /// <summary>The cases: wires so fast that loss alone limits, such that limit by themselves, and such where both do.</summary>
    public static IEnumerable<Setting> All =>
        from controller in Enum.GetValues<Controller>()
        from wire in ((double Loss, double Mbits)[])[(0, 100), (0.001, 100), (0.01, 100), (0.05, 100), (0, 10), (0.001, 10), (0.01, 4), (0.01, 1)]
        select new Setting(controller, wire.Loss, wire.Mbits * 1e6);

    /// <summary>Whether the promise is kept.</summary>
    public bool IsHeld => setting.Loss < TimeoutLoss
        ? _mean >= LeastOfIdeal * _ideal
        : _mean >= LeastOfIdealWithTimeouts * _ideal && _mean >= LeastOfFormulaWithTimeouts * setting.Formula;

    /// <summary>The program: <c>Ants.Tests.dll loss SEEDS</c>. Prints a table; 0 when every bar was held.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int seeds = arguments is [var text, ..] && int.TryParse(text, out int given) && given > 0 ? given : 10;
        const double seconds = 60;
        GoodputBar[] bars = [.. All.Select(setting => new GoodputBar(setting, seeds, seconds))];
        Parallel.ForEach(bars, bar => bar.Measure());
        TextWriter output = Console.Out;
        await output.WriteLineAsync($"One stream, {Setting.RoundTrip * 1000:0} ms round trip, {seeds} seeds of {seconds:0} s of virtual time each, after {SettleSeconds:0} s; Mbit/s of the application's bytes.");
        await output.WriteLineAsync("Random loss both ways; queue of a round trip. ideal: the controller's window by the letter of its RFC, losses known at once, no headers.");
        await output.WriteLineAsync("formula: RFC 5348 section 3.1 (timeouts counted), for CUBIC RFC 9438 section 5.1 where that is more; not above the wire.");
        await output.WriteLineAsync($"Bars: {LeastOfIdeal} of the ideal; at 5 % loss {LeastOfFormulaWithTimeouts} of the formula and {LeastOfIdealWithTimeouts} of the ideal.");
        await output.WriteLineAsync();
        await output.WriteLineAsync("controller loss  wire |  ideal formula |    ANTS   from -    to | of ideal, formula");
        foreach (GoodputBar bar in bars)
        {
            await output.WriteLineAsync($"{bar}: {(bar.IsHeld ? "held" : "MISSED")}");
        }

        return bars.All(bar => bar.IsHeld) ? 0 : 1;
    }

    /// <summary>Runs both, for every seed.</summary>
    public void Measure()
    {
        double[] measured = [.. Enumerable.Range(1, seeds).Select(seed => new GoodputRun(setting, seed).Measure(SettleSeconds, seconds))];
        (_mean, _least, _most) = (measured.Average(), measured.Min(), measured.Max());
        _ideal = new IdealSender(setting, seed: 1).Measure(SettleSeconds, SettleSeconds + IdealSeconds);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{setting}  | {_ideal / 1e6,6:0.00} {setting.Formula / 1e6,7:0.00} | {_mean / 1e6,7:0.00} {_least / 1e6,6:0.00} -{_most / 1e6,6:0.00} | {_mean / _ideal,8:0.00} {_mean / setting.Formula,8:0.00}");
}
