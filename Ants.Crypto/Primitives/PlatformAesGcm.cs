using System.Security.Cryptography;

namespace Ants.Crypto.Primitives;

/// <summary>AES-256-GCM of the platform.</summary>
internal sealed class PlatformAesGcm : Aead
{
    private readonly AesGcm _cipher;

    public PlatformAesGcm(ReadOnlySpan<byte> key) => _cipher = new(key, TagSize);

    public override void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        _cipher.Encrypt(nonce, plaintext, destination[..plaintext.Length], destination[plaintext.Length..], associated);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        int length = sealedBytes.Length - TagSize;
        try
        {
            _cipher.Decrypt(nonce, sealedBytes[..length], sealedBytes[length..], destination, associated);
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
