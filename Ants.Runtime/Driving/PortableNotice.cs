using Ants.Crypto;
using Microsoft.Extensions.Logging;

namespace Ants.Driving;

/// <summary>Says at a start which fast paths are forced off, lest somebody who forgot it wonders why all is slow.</summary>
internal static partial class PortableNotice
{
    public static void Tell(ILogger logger)
    {
        if (FastPaths.ForcedOff.Length > 0)
        {
            LogForcedOff(logger, FastPaths.ForcedOff);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Forced off, and slower for it: {Paths}")]
    private static partial void LogForcedOff(ILogger logger, string paths);
}
