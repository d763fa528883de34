namespace Ants.Samples.TwoNats;

/// <summary>What the demo says to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>All of it held.</summary>
    public const int Held = 0;

    /// <summary>Something did not.</summary>
    public const int Failed = 1;

    /// <summary>It cannot be run here, or not as asked.</summary>
    public const int CannotRun = 2;
}
