using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Ants.Crypto.Primitives;

/// <summary>Ed25519 (RFC 8032) signatures, and the X25519 form of its keys.</summary>
internal static class Ed25519Keys
{
    public const int SeedSize = 32;
    public const int PublicKeySize = 32;
    public const int SignatureSize = 64;

    /// <summary>Whether the bytes are the canonical encoding of a point of the prime-order group, and not its identity.</summary>
    public static bool IsValidPublicKey(ReadOnlySpan<byte> key) =>
        key.Length == PublicKeySize && Ed25519.ValidatePublicKeyFull(key);

    public static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey) =>
        Ed25519.GeneratePublicKey(seed, publicKey);

    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature) =>
        Ed25519.Sign(seed, publicKey, message, signature);

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && Ed25519.Verify(signature, publicKey, message);

    /// <summary>
    /// The X25519 secret of a seed: the clamped first half of its SHA-512, the scalar by which Ed25519 itself signs
    /// (RFC 8032 section 5.1.5).
    /// </summary>
    public static void ToX25519Secret(ReadOnlySpan<byte> seed, Span<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(seed, hash);
        hash[..X25519Keys.Size].CopyTo(secret);
        X25519.ClampPrivateKey(secret);
        CryptographicOperations.ZeroMemory(hash);
    }

    /// <summary>
    /// The X25519 public key of an Ed25519 public key: u = (1 + y) / (1 - y) (RFC 7748 section 4.1). A and -A, which
    /// differ only in the sign of x, give the same u. The key must be a valid one, so 1 - y is never zero.
    /// </summary>
    public static void ToX25519Public(ReadOnlySpan<byte> publicKey, Span<byte> u)
    {
        int[] y = X25519Field.Create();
        int[] one = X25519Field.Create();
        int[] numerator = X25519Field.Create();
        int[] denominator = X25519Field.Create();
        X25519Field.Decode255(publicKey, y);
        X25519Field.One(one);
        X25519Field.Add(one, y, numerator);
        X25519Field.Sub(one, y, denominator);
        X25519Field.Carry(numerator);
        X25519Field.Carry(denominator);

        // Public values: the variable-time inversion is the faster one.
        X25519Field.InvVar(denominator, denominator);
        X25519Field.Mul(numerator, denominator, numerator);
        X25519Field.Normalize(numerator);
        X25519Field.Encode(numerator, u);
    }
}
