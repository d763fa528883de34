namespace Ants.Samples.TwoNats.Telling;

/// <summary>What became of the lines of one direction, or of both together.</summary>
/// <param name="Sent">Lines written.</param>
/// <param name="Received">Lines read, repetitions included.</param>
/// <param name="Lost">Lines written and never read.</param>
/// <param name="Duplicated">Lines read once more than they were written.</param>
/// <param name="Reordered">Lines read after one that was written later.</param>
/// <param name="Foreign">Lines read that were never written, or that the reader numbered wrongly.</param>
internal readonly record struct LineCount(long Sent, long Received, long Lost, long Duplicated, long Reordered, long Foreign)
{
    /// <summary>Whether every line was read once, in order, and nothing else.</summary>
    public bool IsPerfect => Sent == Received && Lost == 0 && Duplicated == 0 && Reordered == 0 && Foreign == 0;

    public static LineCount operator +(LineCount a, LineCount b) => new(
        a.Sent + b.Sent, a.Received + b.Received, a.Lost + b.Lost,
        a.Duplicated + b.Duplicated, a.Reordered + b.Reordered, a.Foreign + b.Foreign);
}
