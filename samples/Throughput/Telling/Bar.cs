namespace Ants.Samples.Throughput.Telling;

/// <summary>A ratio of two medians of one run, and what it has to be.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Ratio">What it is.</param>
/// <param name="Limit">What it has to be: at least, or at most if <paramref name="IsCeiling"/>.</param>
/// <param name="IsCeiling">Whether less is better.</param>
/// <param name="IsStretch">Whether missing it is no failure.</param>
internal sealed record Bar(string Text, double Ratio, double Limit, bool IsCeiling, bool IsStretch)
{
    /// <summary>Whether it is.</summary>
    public bool Holds => IsCeiling ? Ratio <= Limit : Ratio >= Limit;
}
