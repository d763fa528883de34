using System.Net;

namespace Ants.Samples;

/// <summary>Reads an IP address with a port.</summary>
internal static class HostAndPort
{
    /// <summary>For the option of a name, which its messages say.</summary>
    public static Argument.Reader<IPEndPoint> Reader(string option) => (string text, out IPEndPoint? address, out string? problem) =>
    {
        // IPEndPoint.TryParse also reads "1" and "10.1:5"; only what prints as it was written is meant.
        bool valid = IPEndPoint.TryParse(text, out address) && address.Port != 0
            && string.Equals(address.ToString(), text, StringComparison.OrdinalIgnoreCase);
        problem = valid ? null : $"{option} '{text}' is not an address: IP:PORT is accepted, [IP]:PORT for IPv6.";
        return valid;
    };
}
