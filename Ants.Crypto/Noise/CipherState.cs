using System.Buffers.Binary;
using System.Security.Cryptography;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Noise;

/// <summary>A key and the count of messages under it (Noise revision 34, section 5.1).</summary>
internal sealed class CipherState : IDisposable
{
    private readonly CipherSuite _suite;
    private readonly byte[] _key = GC.AllocateArray<byte>(Aead.KeySize, pinned: true);

    // Made at the first use of a key: several keys of a handshake are never used.
    private Aead? _aead;
    private ulong _nonce;

    public CipherState(CipherSuite suite) => _suite = suite;

    public CipherState(CipherSuite suite, ReadOnlySpan<byte> key)
        : this(suite) => SetKey(key);

    public bool HasKey { get; private set; }

    /// <summary>What encryption adds to a text now.</summary>
    public int Overhead => HasKey ? Aead.TagSize : 0;

    public void SetKey(ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key);
        _aead?.Dispose();
        _aead = null;
        _nonce = 0;
        HasKey = true;
    }

    /// <summary>Another state with the same key and count.</summary>
    public CipherState Clone()
    {
        CipherState copy = new(_suite) { HasKey = HasKey, _nonce = _nonce };
        _key.CopyTo(copy._key, 0);
        return copy;
    }

    /// <summary>Writes the sealed text, or the text itself while there is no key.</summary>
    public void Encrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        if (!HasKey)
        {
            plaintext.CopyTo(destination);
            return;
        }

        // Section 5.1: 2^64 - 1 is reserved.
        if (_nonce == ulong.MaxValue)
        {
            throw new InvalidOperationException("The nonces of this Noise key are used up.");
        }

        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        Cipher().Seal(WriteNonce(nonce), associated, plaintext, destination);
        _nonce++;
    }

    /// <summary>Reads a sealed text; the count moves on success alone.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> ciphertext, Span<byte> destination)
    {
        if (!HasKey)
        {
            ciphertext.CopyTo(destination);
            return true;
        }

        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        if (_nonce == ulong.MaxValue
            || ciphertext.Length < Aead.TagSize
            || !Cipher().TryOpen(WriteNonce(nonce), associated, ciphertext, destination))
        {
            return false;
        }

        _nonce++;
        return true;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _aead?.Dispose();
        _aead = null;
        HasKey = false;
    }

    private Aead Cipher() => _aead ??= Aead.Create(_suite, _key);

    // Section 12: 32 zero bits and then the count, little-endian for ChaChaPoly and big-endian for AESGCM.
    private Span<byte> WriteNonce(Span<byte> nonce)
    {
        nonce[..4].Clear();
        if (_suite == CipherSuite.Aes256Gcm)
        {
            BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], _nonce);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _nonce);
        }

        return nonce;
    }
}
