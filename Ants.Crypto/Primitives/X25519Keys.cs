using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Ants.Crypto.Primitives;

/// <summary>X25519 (RFC 7748 section 5).</summary>
internal static class X25519Keys
{
    public const int Size = 32;

    /// <summary>The public key of a secret; clamping is part of the function, so any 32 bytes are a secret.</summary>
    public static void DerivePublicKey(ReadOnlySpan<byte> secret, Span<byte> publicKey) =>
        X25519.ScalarMultBase(secret, publicKey);

    /// <summary>
    /// The shared secret. False when it is all zeros (RFC 7748 section 6.1), which a peer can force by sending a point
    /// of small order, and which no honest key gives.
    /// </summary>
    public static bool TryAgree(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> peer, Span<byte> shared) =>
        X25519.CalculateAgreement(secret, peer, shared);
}
