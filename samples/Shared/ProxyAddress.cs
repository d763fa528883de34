using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ants.Samples;

/// <summary>Reads the address of an HTTP proxy, with the name and password that it asks for.</summary>
internal static class ProxyAddress
{
    // The text may hold a password, so no message quotes it.
    private const string Problem = "--proxy is not the address of an HTTP proxy: http://[USER:PASSWORD@]HOST[:PORT] is accepted.";

    public static bool TryParse(string text, [NotNullWhen(true)] out IWebProxy? proxy, [NotNullWhen(false)] out string? problem)
    {
        proxy = null;
        problem = Problem;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttp || address.Host.Length == 0
            || address.Port == 0 || address.PathAndQuery != "/" || address.Fragment.Length > 0)
        {
            return false;
        }

        problem = null;
        proxy = new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri) { Credentials = CredentialsOf(address.UserInfo) };
        return true;
    }

    private static NetworkCredential? CredentialsOf(string user)
    {
        // RFC 3986 section 3.2.1: what stands before the host is percent-encoded.
        string[] parts = user.Split(':', 2);
        return user.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
