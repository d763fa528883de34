namespace Ants.Samples.Throughput;

/// <summary>What the program says to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>All was measured, and every bar that was asked about held.</summary>
    public const int Held = 0;

    /// <summary>A bar was missed, or something could not be measured.</summary>
    public const int Failed = 1;

    /// <summary>It cannot be run here, or not as asked.</summary>
    public const int CannotRun = 2;
}
