namespace Ants.Samples.Throughput.Telling;

/// <summary>One quantity over all runs.</summary>
internal readonly record struct Range(double Median, double Least, double Most)
{
    /// <summary>Of those that were measured; null when none was.</summary>
    public static Range? Of(IEnumerable<double?> values)
    {
        double[] sorted = [.. values.OfType<double>().Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? null : new Range(
            sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }
}
