using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>Puts TLS 1.3 over a connection.</summary>
internal static class TlsEnds
{
    private const string Name = "yardstick";

    /// <summary>The receiving end, with a certificate that is made for it.</summary>
    public static async Task<SslStream> AcceptAsync(Stream connection, CancellationToken ct)
    {
        SslStream tls = new(connection);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = SslProtocols.Tls13,
                CipherSuitesPolicy = Suites(),
            },
            ct);
        return tls;
    }

    /// <summary>The sending end. Whom it talks with does not matter here, so it checks no name.</summary>
    public static async Task<SslStream> ConnectAsync(Stream connection, CancellationToken ct)
    {
        SslStream tls = new(connection);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = Name,
                EnabledSslProtocols = SslProtocols.Tls13,
                CipherSuitesPolicy = Suites(),
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            },
            ct);
        return tls;
    }

    // Windows chooses by its own policy, which has the same suite first.
    private static CipherSuitesPolicy? Suites() =>
        OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_256_GCM_SHA384]);
}
