using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ants.Relay.Hosting;

/// <summary>
/// The certificate of a relay that was given none. It proves nothing, and need not: agents know a relay by its key, inside
/// TLS. So it is made anew at each start and never written anywhere.
/// </summary>
internal static class RelayCertificate
{
    // Longer than any process lives; and no client that checks dates should come to see one that has ended.
    private const int ValidYears = 10;

    // Clocks differ: a certificate from the future would be refused by those that are slow.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromDays(1);

    // RFC 5280 section 4.2.1.12: id-kp-serverAuth.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // RFC 5280 appendix A.1: ub-common-name. A longer host stands in the alternative name alone.
    private const int MaxCommonName = 64;

    /// <summary>A self-signed certificate for <paramref name="host"/>: a DNS name or an IP address, without brackets.</summary>
    public static X509Certificate2 Create(string host, DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string commonName = host.Length <= MaxCommonName && !host.Contains(':') ? host : "ants relay";
        CertificateRequest request = new($"CN={commonName}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now - s_clockSkew, now.AddYears(ValidYears));

        // Windows serves TLS only with a key that has been imported.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
