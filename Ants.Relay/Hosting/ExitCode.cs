namespace Ants.Relay.Hosting;

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    /// <summary>Stopped by a signal, in order.</summary>
    public const int Done = 0;

    /// <summary>The input is right and the machine says no: a port in use, an output that is gone.</summary>
    public const int Failed = 1;

    /// <summary>An option, or the identity file that one names, is malformed or missing.</summary>
    public const int BadInput = 2;

    public static int Of(AntsError error) => error is AntsError.InvalidOptions or AntsError.IdentityUnreadable ? BadInput : Failed;
}
