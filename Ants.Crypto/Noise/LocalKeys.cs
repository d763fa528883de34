using System.Security.Cryptography;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Noise;

/// <summary>The keys of this end of a handshake, in memory that does not move, to be zeroed together.</summary>
internal sealed class LocalKeys : IDisposable
{
    private const int PskSize = 32;

    private readonly byte[] _static = GC.AllocateArray<byte>(X25519Keys.Size, pinned: true);
    private readonly byte[] _staticPublic = new byte[X25519Keys.Size];
    private readonly byte[] _ephemeral = GC.AllocateArray<byte>(X25519Keys.Size, pinned: true);
    private readonly byte[] _ephemeralPublic = new byte[X25519Keys.Size];
    private readonly byte[] _psks;
    private readonly EntropySource _entropy;

    public LocalKeys(in HandshakeKeys keys)
    {
        _entropy = keys.Entropy;
        _psks = GC.AllocateArray<byte>(keys.Psks.Length, pinned: true);
        keys.Psks.CopyTo(_psks);
        keys.LocalSecret.CopyTo(_static);
        if (!keys.LocalPublic.IsEmpty)
        {
            keys.LocalPublic.CopyTo(_staticPublic);
        }
        else if (!keys.LocalSecret.IsEmpty)
        {
            X25519Keys.DerivePublicKey(_static, _staticPublic);
        }
    }

    public ReadOnlySpan<byte> Static => _static;

    public ReadOnlySpan<byte> StaticPublic => _staticPublic;

    public ReadOnlySpan<byte> Ephemeral => _ephemeral;

    /// <summary>The key pair of <c>e1</c>, once it has been sent.</summary>
    public KemKeyPair? Kem { get; private set; }

    public ReadOnlySpan<byte> Psk(int index) => _psks.AsSpan(index * PskSize, PskSize);

    /// <summary>Draws the ephemeral key, and returns its public half.</summary>
    public ReadOnlySpan<byte> DrawEphemeral()
    {
        _entropy.Fill(_ephemeral);
        X25519Keys.DerivePublicKey(_ephemeral, _ephemeralPublic);
        return _ephemeralPublic;
    }

    /// <summary>Draws the key pair of <c>e1</c>, and returns its public half.</summary>
    public ReadOnlySpan<byte> DrawKem(Kem kem)
    {
        Kem = kem.Generate(_entropy);
        return Kem.PublicKey;
    }

    /// <summary>Encapsulates to the peer's <c>e1</c>; false when its key is no key.</summary>
    public bool TryEncapsulate(Kem kem, ReadOnlySpan<byte> peer, Span<byte> ciphertext, Span<byte> secret) =>
        kem.TryEncapsulate(_entropy, peer, ciphertext, secret);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_static);
        CryptographicOperations.ZeroMemory(_ephemeral);
        CryptographicOperations.ZeroMemory(_psks);
        Kem?.Dispose();
    }
}
