using System.Security.Cryptography;
using System.Text;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Noise;

/// <summary>The chaining key and the transcript hash (Noise revision 34, section 5.2).</summary>
internal sealed class SymmetricState : IDisposable
{
    private readonly NoiseHash _hash;
    private readonly CipherSuite _suite;
    private readonly byte[] _chainingKey;
    private readonly byte[] _transcript;
    private readonly CipherState _cipher;

    /// <summary>InitializeSymmetric.</summary>
    public SymmetricState(NoiseProtocol protocol)
        : this(protocol.Hash, protocol.Cipher, new CipherState(protocol.Cipher))
    {
        byte[] name = Encoding.ASCII.GetBytes(protocol.Name);
        if (name.Length <= _hash.Length)
        {
            name.CopyTo(_transcript, 0);
        }
        else
        {
            _hash.Hash(name, [], _transcript);
        }

        _transcript.CopyTo(_chainingKey, 0);
    }

    private SymmetricState(NoiseHash hash, CipherSuite suite, CipherState cipher)
    {
        _hash = hash;
        _suite = suite;
        _cipher = cipher;
        _chainingKey = GC.AllocateArray<byte>(hash.Length, pinned: true);
        _transcript = new byte[hash.Length];
    }

    /// <summary>h: what both ends have seen so far. At the end, the handshake hash.</summary>
    public ReadOnlySpan<byte> Transcript => _transcript;

    /// <inheritdoc cref="CipherState.HasKey"/>
    public bool HasKey => _cipher.HasKey;

    /// <inheritdoc cref="CipherState.Overhead"/>
    public int Overhead => _cipher.Overhead;

    public SymmetricState Clone()
    {
        SymmetricState copy = new(_hash, _suite, _cipher.Clone());
        _chainingKey.CopyTo(copy._chainingKey, 0);
        _transcript.CopyTo(copy._transcript, 0);
        return copy;
    }

    public void MixHash(ReadOnlySpan<byte> input) => _hash.Hash(_transcript, input, _transcript);

    public void MixKey(ReadOnlySpan<byte> input)
    {
        Span<byte> key = stackalloc byte[_hash.Length];
        _hash.Hkdf(_chainingKey, input, _chainingKey, key);
        _cipher.SetKey(key[..Aead.KeySize]);
        CryptographicOperations.ZeroMemory(key);
    }

    public void MixKeyAndHash(ReadOnlySpan<byte> input)
    {
        Span<byte> hashed = stackalloc byte[_hash.Length];
        Span<byte> key = stackalloc byte[_hash.Length];
        _hash.Hkdf(_chainingKey, input, _chainingKey, hashed, key);
        MixHash(hashed);
        _cipher.SetKey(key[..Aead.KeySize]);
        CryptographicOperations.ZeroMemory(hashed);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Seals (once there is a key) and mixes what goes on the wire.</summary>
    public void EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        _cipher.Encrypt(_transcript, plaintext, destination);
        MixHash(destination);
    }

    /// <summary>Mixes what came, and opens it (once there is a key).</summary>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> ciphertext, Span<byte> destination)
    {
        if (!_cipher.TryDecrypt(_transcript, ciphertext, destination))
        {
            return false;
        }

        MixHash(ciphertext);
        return true;
    }

    /// <summary>The two transport keys: the initiator's to send, and the responder's.</summary>
    public void Split(Span<byte> initiatorKey, Span<byte> responderKey)
    {
        Span<byte> first = stackalloc byte[_hash.Length];
        Span<byte> second = stackalloc byte[_hash.Length];
        _hash.Hkdf(_chainingKey, [], first, second);
        first[..Aead.KeySize].CopyTo(initiatorKey);
        second[..Aead.KeySize].CopyTo(responderKey);
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
    }

    /// <summary>The secret of early data, from what both ends know by now.</summary>
    public TrafficSecret DeriveEarlySecret() => TrafficSecret.ForEarlyData(_chainingKey, _transcript);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_chainingKey);
        _cipher.Dispose();
    }
}
