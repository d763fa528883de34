using System.Globalization;

namespace Ants.Samples;

/// <summary>Reads the number of the UDP port that an agent is to use.</summary>
internal static class PortNumber
{
    public static bool TryParse(string text, out int port, out string? problem)
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
        problem = valid ? null : $"--port '{text}' is not a port: 0 to {ushort.MaxValue} is accepted.";
        return valid;
    }
}
