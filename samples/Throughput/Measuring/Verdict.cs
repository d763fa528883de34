namespace Ants.Samples.Throughput.Measuring;

/// <summary>Whether what a receiver counted is a measurement.</summary>
internal enum Verdict : byte
{
    /// <summary>It is.</summary>
    Counts = 1,

    /// <summary>The session's path was of another kind than asked for, at some time.</summary>
    WrongPath,

    /// <summary>Other bytes came than were sent.</summary>
    Corrupted,

    /// <summary>The bytes stopped coming before the time was over.</summary>
    TooSlow,
}
