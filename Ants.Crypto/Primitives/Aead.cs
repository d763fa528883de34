using System.Security.Cryptography;

namespace Ants.Crypto.Primitives;

/// <summary>
/// An AEAD with a 96-bit nonce under one key. Sealed bytes are the ciphertext and then the tag. The destination may be
/// exactly the source (in place), and must not overlap it in any other way. Not safe for concurrent use.
/// </summary>
internal abstract class Aead : IDisposable
{
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int TagSize = 16;

    /// <summary>A cipher of one of the implemented suites.</summary>
    public static Aead Create(CipherSuite suite, ReadOnlySpan<byte> key, AeadBackend backend = AeadBackend.Best)
    {
        bool present = suite switch
        {
            CipherSuite.ChaCha20Poly1305 => ChaCha20Poly1305.IsSupported,
            CipherSuite.Aes256Gcm => AesGcm.IsSupported,
            _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "The suite is not implemented."),
        };

        bool managed = backend == AeadBackend.Managed || (backend == AeadBackend.Best && (!present || !FastPaths.Allow(FastPath.Ciphers)));
        return managed ? new ManagedAead(suite, key) : new PlatformAead(suite, key);
    }

    /// <summary>Seals into a destination of the plaintext's length and <see cref="TagSize"/>.</summary>
    public abstract void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination);

    /// <summary>
    /// Opens into a destination of the sealed length less <see cref="TagSize"/>. After false the destination holds
    /// nothing of the plaintext, and where it was the source, nothing of the source either.
    /// </summary>
    public abstract bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes, Span<byte> destination);

    public abstract void Dispose();
}
