using System.Globalization;

namespace Ants.Samples.Throughput.Telling;

/// <summary>The results for people.</summary>
internal static class Table
{
    /// <summary>Writes the table and what the bars say of it.</summary>
    public static void Write(TextWriter text, IReadOnlyList<Result> results, IReadOnlyList<Bar> bars)
    {
        if (results.Any(result => result.MegabitsPerSecond is not null))
        {
            WriteRates(text, results);
        }

        if (results.Any(result => result.P50 is not null))
        {
            WritePings(text, results);
        }

        foreach (Bar bar in bars)
        {
            string verdict = bar.Holds ? "held" : bar.IsStretch ? "not reached (stretch)" : "MISSED";
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict,-22}{bar.Ratio,6:F2} x  {bar.Text}"));
        }
    }

    private static void WriteRates(TextWriter text, IReadOnlyList<Result> results)
    {
        double? tls = results.FirstOrDefault(result => result.Name == "tls")?.MegabitsPerSecond?.Median;
        text.WriteLine($"{"",-18}{"Mbit/s",9}{"range",17}{"x TLS",7}   CPU s per GB: {"sender",6}{"receiver",10}{"relay",8}   B allocated a packet: {"sender",6}{"receiver",10}");
        foreach (Result result in results)
        {
            if (result.MegabitsPerSecond is { } rate)
            {
                string range = string.Create(CultureInfo.InvariantCulture, $"{rate.Least:F0}-{rate.Most:F0}");
                string cpu = string.Create(
                    CultureInfo.InvariantCulture, $"{result.SenderCpu?.Median,6:F2}{result.ReceiverCpu?.Median,10:F2}{result.RelayCpu?.Median,8:F2}");
                string allocated = string.Create(
                    CultureInfo.InvariantCulture, $"{result.SenderAllocated?.Median,6:F1}{result.ReceiverAllocated?.Median,10:F1}");
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{result.Name,-18}{rate.Median,9:F0}{range,17}{rate.Median / tls,7:F2}{"",17}{cpu}{"",25}{allocated}").TrimEnd());
            }
        }

        text.WriteLine();
    }

    private static void WritePings(TextWriter text, IReadOnlyList<Result> results)
    {
        text.WriteLine($"{"",-18}{"p50 us",9}{"range",17}{"p99 us",9}{"range",17}");
        foreach (Result result in results)
        {
            if (result is { P50: { } p50, P99: { } p99 })
            {
                string range50 = string.Create(CultureInfo.InvariantCulture, $"{p50.Least:F1}-{p50.Most:F1}");
                string range99 = string.Create(CultureInfo.InvariantCulture, $"{p99.Least:F1}-{p99.Most:F1}");
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{result.Name,-18}{p50.Median,9:F1}{range50,17}{p99.Median,9:F1}{range99,17}"));
            }
        }

        text.WriteLine();
    }
}
