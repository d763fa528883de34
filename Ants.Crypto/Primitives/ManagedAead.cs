using System.Buffers;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ants.Crypto.Primitives;

/// <summary>Either cipher in managed code, for platforms that have none. It allocates per packet; the platform's do not.</summary>
internal sealed class ManagedAead : Aead
{
    private readonly byte[] _key = GC.AllocateArray<byte>(KeySize, pinned: true);
    private readonly IAeadCipher _cipher;

    public ManagedAead(CipherSuite suite, ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key);
        _cipher = suite == CipherSuite.Aes256Gcm
            ? new GcmBlockCipher(Org.BouncyCastle.Crypto.AesUtilities.CreateEngine())
            : new Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305();
    }

    public override void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        Run(encrypt: true, nonce, associated, plaintext, destination);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes, Span<byte> destination)
    {
        try
        {
            Run(encrypt: false, nonce, associated, sealedBytes, destination);
            return true;
        }
        catch (InvalidCipherTextException)
        {
            // Unlike the BCL this decrypts before it checks the tag.
            destination.Clear();
            return false;
        }
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private void Run(
        bool encrypt, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        // BouncyCastle promises nothing for a destination that is its source, so it reads a copy.
        byte[] copy = ArrayPool<byte>.Shared.Rent(source.Length);
        try
        {
            source.CopyTo(copy);
            _cipher.Init(encrypt, new AeadParameters(new KeyParameter(_key), TagSize * 8, nonce.ToArray()));
            _cipher.ProcessAadBytes(associated);
            int written = _cipher.ProcessBytes(copy.AsSpan(0, source.Length), destination);
            _cipher.DoFinal(destination[written..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy.AsSpan(0, source.Length));
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
