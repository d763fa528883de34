using System.Security.Cryptography;
using Ants.Crypto.Noise;
using Ants.Crypto.Primitives;

namespace Ants.Crypto;

/// <summary>
/// What a finished handshake leaves: the secrets from which packet ciphers are made, one chain of generations for each direction, and
/// the hash of the handshake. Key derivation is drawn above <c>TrafficSecret</c>.
/// </summary>
public sealed class SessionSecrets : IDisposable
{
    private readonly TrafficSecret _sending;
    private readonly TrafficSecret _receiving;
    private readonly byte[] _handshakeHash;
    private bool _sealerCreated;
    private bool _disposed;

    private SessionSecrets(bool initiator, TrafficSecret sending, TrafficSecret receiving, byte[] handshakeHash)
    {
        IsInitiator = initiator;
        _sending = sending;
        _receiving = receiving;
        _handshakeHash = handshakeHash;
    }

    /// <summary>Whether this end sent message 1.</summary>
    public bool IsInitiator { get; }

    /// <summary>The Noise handshake hash, 32 bytes: the same at both ends, and unlike any other session's.</summary>
    public ReadOnlySpan<byte> HandshakeHash => _handshakeHash;

    /// <summary>The ciphers for packets that this end sends. Made once: a second chain would repeat nonces.</summary>
    /// <exception cref="InvalidOperationException">They have been made already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The suite is not implemented.</exception>
    public PacketKeyChain CreateSealingKeys(CipherSuite suite) => CreateSealingKeys(suite, AeadBackend.Best);

    /// <summary>The ciphers for packets that this end receives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The suite is not implemented.</exception>
    public PacketKeyChain CreateOpeningKeys(CipherSuite suite) => CreateChain(_receiving, suite, AeadBackend.Best);

    /// <summary>Zeroes the secrets. Chains that were made keep working.</summary>
    public void Dispose()
    {
        _disposed = true;
        _sending.Dispose();
        _receiving.Dispose();
    }

    internal static SessionSecrets FromHandshake(HandshakeState handshake, bool initiator)
    {
        Span<byte> initiatorKey = stackalloc byte[Aead.KeySize];
        Span<byte> responderKey = stackalloc byte[Aead.KeySize];
        handshake.Split(initiatorKey, responderKey);
        byte[] hash = handshake.Transcript.ToArray();
        TrafficSecret fromInitiator = TrafficSecret.FromHandshake(Direction.FromInitiator, initiatorKey, hash);
        TrafficSecret fromResponder = TrafficSecret.FromHandshake(Direction.FromResponder, responderKey, hash);
        CryptographicOperations.ZeroMemory(initiatorKey);
        CryptographicOperations.ZeroMemory(responderKey);
        return initiator
            ? new SessionSecrets(true, fromInitiator, fromResponder, hash)
            : new SessionSecrets(false, fromResponder, fromInitiator, hash);
    }

    internal PacketKeyChain CreateSealingKeys(CipherSuite suite, AeadBackend backend)
    {
        if (_sealerCreated)
        {
            throw new InvalidOperationException("The sealing keys of this session have been made already; others would repeat nonces.");
        }

        PacketKeyChain chain = CreateChain(_sending, suite, backend);
        _sealerCreated = true;
        return chain;
    }

    private PacketKeyChain CreateChain(TrafficSecret secret, CipherSuite suite, AeadBackend backend)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return CipherSuites.IsUsable(suite)
            ? new PacketKeyChain(secret, suite, backend)
            : throw new ArgumentOutOfRangeException(nameof(suite), suite, "The suite is not implemented.");
    }
}
