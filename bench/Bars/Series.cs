using System.Globalization;

namespace Ants.Bench.Bars;

/// <summary>One figure of every run, in milliseconds, with the bars that it has to stay below.</summary>
/// <param name="name">What it is.</param>
/// <param name="maxMedian">The most that the median may be; null where only the worst counts.</param>
/// <param name="maxWorst">The most that any may be; null where it is only told.</param>
internal sealed class Series(string name, double? maxMedian, double? maxWorst)
{
    private readonly List<double> _values = [];

    /// <summary>Adds a run's figure.</summary>
    public void Add(TimeSpan value) => _values.Add(value.TotalMilliseconds);

    /// <summary>Prints all values, median and worst; false when there are none or a bar was missed.</summary>
    public bool Report(TextWriter output)
    {
        if (_values.Count == 0)
        {
            output.WriteLine($"{name}: no figures. MISSED");
            return false;
        }

        double[] sorted = [.. _values.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        bool held = (maxWorst is null || sorted[^1] <= maxWorst) && (maxMedian is null || median <= maxMedian);
        string bars = (maxMedian, maxWorst) switch
        {
            ({ } most, { } worst) => $"; at most {Text(most)} and {Text(worst)}: ",
            (null, { } worst) => $"; worst at most {Text(worst)}: ",
            _ => "",
        };
        string verdict = bars.Length == 0 ? "" : held ? "held" : "MISSED";
        output.WriteLine($"{name}, ms: {string.Join(' ', _values.Select(Text))}");
        output.WriteLine($"{name}, ms: median {Text(median)}, worst {Text(sorted[^1])}, {sorted.Length} runs{bars}{verdict}");
        return held;
    }

    private static string Text(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
