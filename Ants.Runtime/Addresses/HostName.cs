using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ants.Addresses;

/// <summary>The host part of an address: a DNS name, an IPv4 address, or an IPv6 address in brackets.</summary>
internal static class HostName
{
    // RFC 1035 section 2.3.4, without the root's empty label.
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <summary>The one spelling of a host, so that equal hosts are equal texts; or what is wrong with it.</summary>
    public static bool TryNormalize(
        string host, [NotNullWhen(true)] out string? normalized, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        normalized = host.StartsWith('[') ? NormalizeIpv6(host) : NormalizeName(host);
        if (normalized is null)
        {
            problem = host.Length == 0 ? "it names no host" : $"'{Quote.Shorten(host)}' is not a host";
        }

        return normalized is not null;
    }

    private static string? NormalizeIpv6(string host)
    {
        // A zone (fe80::1%eth0) is a matter of one machine, and no relay is found by it elsewhere.
        return host.EndsWith(']') && !host.Contains('%')
            && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
                ? $"[{address}]"
                : null;
    }

    private static string? NormalizeName(string host)
    {
        if (host.Length is 0 or > MaxName)
        {
            return null;
        }

        string[] labels = host.ToLowerInvariant().Split('.');
        if (!labels.All(IsLabel))
        {
            return null;
        }

        // No top-level domain is a number (RFC 3696 section 2), so this is an IPv4 address or a mistake; IPAddress.Parse
        // alone would read "10.1" as 10.0.0.1.
        return labels[^1].All(char.IsAsciiDigit) && !IsDottedQuad(host) ? null : string.Join('.', labels);
    }

    private static bool IsDottedQuad(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) && address.ToString() == host;

    // Letters, digits, hyphens (RFC 1123 section 2.1), and the underscores of container networks.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel
        && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
