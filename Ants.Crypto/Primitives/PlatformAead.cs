using System.Security.Cryptography;

namespace Ants.Crypto.Primitives;

/// <summary>Either cipher of the platform, through the BCL's two types, which differ in nothing but their names.</summary>
internal sealed class PlatformAead : Aead
{
    private readonly IDisposable _cipher;
    private readonly Encrypt _encrypt;
    private readonly Decrypt _decrypt;

    public PlatformAead(CipherSuite suite, ReadOnlySpan<byte> key)
    {
        if (suite == CipherSuite.Aes256Gcm)
        {
            AesGcm aes = new(key, TagSize);
            (_cipher, _encrypt, _decrypt) = (aes, aes.Encrypt, aes.Decrypt);
        }
        else
        {
            ChaCha20Poly1305 chacha = new(key);
            (_cipher, _encrypt, _decrypt) = (chacha, chacha.Encrypt, chacha.Decrypt);
        }
    }

    private delegate void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associated);

    private delegate void Decrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext, ReadOnlySpan<byte> associated);

    public override void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        _encrypt(nonce, plaintext, destination[..plaintext.Length], destination[plaintext.Length..], associated);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        int length = sealedBytes.Length - TagSize;
        try
        {
            _decrypt(nonce, sealedBytes[..length], sealedBytes[length..], destination, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The BCL has no other way to say it; it has cleared the destination.
            return false;
        }
    }

    public override void Dispose() => _cipher.Dispose();
}
