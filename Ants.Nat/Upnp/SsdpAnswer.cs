using System.Diagnostics.CodeAnalysis;

namespace Ants.Nat;

/// <summary>An answer to <see cref="SsdpSearch"/>: where the device's description is.</summary>
internal static class SsdpAnswer
{
    // The longest seen in the field have 600 bytes; who sends more than this means harm.
    private const int MostLength = 2048;

    /// <summary>Reads an answer.</summary>
    /// <param name="datagram">A whole datagram.</param>
    /// <param name="location">The address of the description as it stands there.</param>
    public static bool TryRead(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out string? location)
    {
        location = null;
        if (datagram.Length > MostLength || !HttpHeader.TryRead(datagram, out HttpHeader header) || header.Status != 200)
        {
            return false;
        }

        // Answers to other programs' searches may come here too; any kind of gateway will do, and its parts.
        string target = header["ST"];
        location = header["LOCATION"];
        return location.Length > 0
            && (target.Contains(":InternetGatewayDevice:", StringComparison.OrdinalIgnoreCase)
                || target.Contains(":WANIPConnection:", StringComparison.OrdinalIgnoreCase)
                || target.Contains(":WANPPPConnection:", StringComparison.OrdinalIgnoreCase));
    }
}
