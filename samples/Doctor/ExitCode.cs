namespace Ants.Samples.Doctor;

/// <summary>What the process says to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>A report was made; with a peer, it was reached, directly or not.</summary>
    public const int Reported = 0;

    /// <summary>No relay, or not the peer, could be reached: the report says what is known.</summary>
    public const int Unreachable = 1;

    /// <summary>What was asked for cannot be done as asked.</summary>
    public const int BadInput = 2;
}
