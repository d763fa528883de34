using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Ants.Crypto.Primitives;

namespace Ants.Crypto.Noise;

/// <summary>
/// A Noise handshake over 25519 (revision 34, section 5.3), for any pattern, with psk and hfs tokens. Messages alternate,
/// the initiator's first. An all-zero exchange ends in a refusal, always: no honest key gives one.
/// </summary>
internal sealed class HandshakeState : IDisposable
{
    /// <summary>Section 3: no Noise message is longer.</summary>
    public const int MaxMessageSize = 65535;

    private readonly NoiseProtocol _protocol;
    private readonly bool _initiator;
    private readonly LocalKeys _local;
    private SymmetricState _symmetric;
    private PeerState _peer;
    private int _next;

    /// <summary>Initialize of section 5.3: mixes the prologue and the static keys known beforehand.</summary>
    public HandshakeState(NoiseProtocol protocol, bool initiator, ReadOnlySpan<byte> prologue, in HandshakeKeys keys)
    {
        _protocol = protocol;
        _initiator = initiator;
        _local = new LocalKeys(keys);
        _peer.Static = keys.RemotePublic.IsEmpty ? null : keys.RemotePublic.ToArray();
        _symmetric = new SymmetricState(protocol);
        _symmetric.MixHash(prologue);
        MixKnownStatic(protocol.Pattern.InitiatorStaticKnown, initiator);
        MixKnownStatic(protocol.Pattern.ResponderStaticKnown, !initiator);
    }

    /// <summary>Whether every message has been exchanged.</summary>
    public bool IsFinished => _next == _protocol.Pattern.Messages.Length;

    /// <summary>The peer's static key once it is known.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _peer.Static;

    /// <summary>The transcript hash; the handshake hash once finished.</summary>
    public ReadOnlySpan<byte> Transcript => _symmetric.Transcript;

    private ImmutableArray<NoiseToken> Tokens => _protocol.Pattern.Messages[_next];

    private int MessageLength => _protocol.MessageLength(_next, _symmetric.HasKey);

    private bool IsOurTurn => !IsFinished && (_next % 2 == 0) == _initiator;

    /// <summary>Writes the next message.</summary>
    /// <exception cref="InvalidOperationException">It is the peer's turn.</exception>
    /// <exception cref="ArgumentException">The message would be longer than Noise allows.</exception>
    /// <exception cref="CryptographicException">The peer's key forces a known secret; this handshake is of no further use.</exception>
    public byte[] WriteMessage(ReadOnlySpan<byte> payload)
    {
        if (!IsOurTurn)
        {
            throw new InvalidOperationException("It is the peer's turn in this handshake.");
        }

        int length = MessageLength + payload.Length;
        if (length > MaxMessageSize)
        {
            throw new ArgumentException($"A Noise message holds at most {MaxMessageSize} bytes, not {length}.", nameof(payload));
        }

        byte[] message = new byte[length];
        Span<byte> rest = message;
        foreach (NoiseToken token in Tokens)
        {
            rest = rest[Write(token, rest)..];
        }

        _symmetric.EncryptAndHash(payload, rest);
        _next++;
        return message;
    }

    /// <summary>Reads the next message. After false the handshake stands as before, and another message may be tried.</summary>
    public bool TryReadMessage(ReadOnlySpan<byte> message, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        if (IsFinished || IsOurTurn || message.Length > MaxMessageSize || message.Length < MessageLength)
        {
            return false;
        }

        SymmetricState before = _symmetric;
        PeerState peerBefore = _peer;
        _symmetric = before.Clone();
        if (TryReadTokens(message, out payload))
        {
            before.Dispose();
            _next++;
            return true;
        }

        if (_peer.KemSecret != peerBefore.KemSecret)
        {
            CryptographicOperations.ZeroMemory(_peer.KemSecret);
        }

        _symmetric.Dispose();
        _symmetric = before;
        _peer = peerBefore;
        return false;
    }

    /// <summary>The two transport keys of 32 bytes, of the initiator and of the responder.</summary>
    public void Split(Span<byte> initiatorKey, Span<byte> responderKey)
    {
        if (!IsFinished)
        {
            throw new InvalidOperationException("The handshake is not finished.");
        }

        _symmetric.Split(initiatorKey, responderKey);
    }

    /// <summary>The cipher of early data: between message 1 and message 2 only. Always ChaCha20-Poly1305, since no suite is agreed on.</summary>
    public PacketCipher CreateEarlyCipher()
    {
        if (_next != 1 || IsFinished)
        {
            throw new InvalidOperationException("Early data have a key between the first message and the second.");
        }

        using TrafficSecret secret = _symmetric.DeriveEarlySecret();
        return secret.CreateCipher(CipherSuite.ChaCha20Poly1305, AeadBackend.Best);
    }

    /// <summary>Zeroes every secret.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_peer.KemSecret);
        _local.Dispose();
        _symmetric.Dispose();
    }

    private void MixKnownStatic(bool known, bool ours)
    {
        if (known)
        {
            _symmetric.MixHash(ours ? _local.StaticPublic : RequirePeer(_peer.Static));
        }
    }

    // Writes what a token puts on the wire, and returns its length.
    private int Write(NoiseToken token, Span<byte> rest)
    {
        switch (token)
        {
            case NoiseToken.E:
                _local.DrawEphemeral().CopyTo(rest);
                MixEphemeral(rest[..X25519Keys.Size]);
                return X25519Keys.Size;
            case NoiseToken.S:
                return WriteSealed(_local.StaticPublic, rest);
            case NoiseToken.KemKey:
                return WriteSealed(_local.DrawKem(_protocol.Kem!), rest);
            case NoiseToken.KemCiphertext:
                return WriteSealed(Encapsulate(), rest);
            default:
                return TryMix(token) ? 0 : throw new CryptographicException("The peer's key forces a known secret.");
        }
    }

    private int WriteSealed(ReadOnlySpan<byte> value, Span<byte> rest)
    {
        int length = value.Length + _symmetric.Overhead;
        _symmetric.EncryptAndHash(value, rest[..length]);
        return length;
    }

    private byte[] Encapsulate()
    {
        Kem kem = _protocol.Kem!;
        byte[] ciphertext = new byte[kem.CiphertextSize];
        _peer.KemSecret = GC.AllocateArray<byte>(kem.SecretSize, pinned: true);
        return _local.TryEncapsulate(kem, RequirePeer(_peer.KemKey), ciphertext, _peer.KemSecret)
            ? ciphertext
            : throw new CryptographicException("The peer's key forces a known secret.");
    }

    private bool TryReadTokens(ReadOnlySpan<byte> message, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        ReadOnlySpan<byte> rest = message;
        foreach (NoiseToken token in Tokens)
        {
            if (!TryRead(token, ref rest))
            {
                return false;
            }
        }

        return TryReadSealed(ref rest, rest.Length - _symmetric.Overhead, out payload);
    }

    private bool TryRead(NoiseToken token, ref ReadOnlySpan<byte> rest)
    {
        switch (token)
        {
            case NoiseToken.E:
                _peer.Ephemeral = rest[..X25519Keys.Size].ToArray();
                rest = rest[X25519Keys.Size..];
                MixEphemeral(_peer.Ephemeral);
                return true;
            case NoiseToken.S:
                return TryReadSealed(ref rest, X25519Keys.Size, out _peer.Static);
            case NoiseToken.KemKey:
                return TryReadSealed(ref rest, _protocol.Kem!.PublicKeySize, out _peer.KemKey)
                    && _protocol.Kem.IsValidKey(_peer.KemKey);
            case NoiseToken.KemCiphertext:
                _peer.KemSecret = GC.AllocateArray<byte>(_protocol.Kem!.SecretSize, pinned: true);
                return TryReadSealed(ref rest, _protocol.Kem.CiphertextSize, out byte[]? ciphertext)
                    && _local.Kem!.TryDecapsulate(ciphertext, _peer.KemSecret);
            default:
                return TryMix(token);
        }
    }

    // MessageLength has been checked against the message, so nothing here runs past its end.
    private bool TryReadSealed(ref ReadOnlySpan<byte> rest, int length, [NotNullWhen(true)] out byte[]? value)
    {
        int sealedLength = length + _symmetric.Overhead;
        value = new byte[length];
        if (!_symmetric.TryDecryptAndHash(rest[..sealedLength], value))
        {
            value = null;
            return false;
        }

        rest = rest[sealedLength..];
        return true;
    }

    // Section 9.2: with pre-shared keys, an ephemeral key is mixed into the key too, so that nonces are never reused.
    private void MixEphemeral(ReadOnlySpan<byte> key)
    {
        _symmetric.MixHash(key);
        if (_protocol.Pattern.UsesPsk)
        {
            _symmetric.MixKey(key);
        }
    }

    private bool TryMix(NoiseToken token)
    {
        switch (token)
        {
            case NoiseToken.EE:
                return TryMixAgreement(_local.Ephemeral, _peer.Ephemeral);
            case NoiseToken.ES:
                return _initiator ? TryMixAgreement(_local.Ephemeral, _peer.Static) : TryMixAgreement(_local.Static, _peer.Ephemeral);
            case NoiseToken.SE:
                return _initiator ? TryMixAgreement(_local.Static, _peer.Ephemeral) : TryMixAgreement(_local.Ephemeral, _peer.Static);
            case NoiseToken.SS:
                return TryMixAgreement(_local.Static, _peer.Static);
            case NoiseToken.Psk:
                _symmetric.MixKeyAndHash(_local.Psk(_peer.PsksUsed++));
                return true;
            case NoiseToken.KemSecret:
                _symmetric.MixKey(RequirePeer(_peer.KemSecret));
                CryptographicOperations.ZeroMemory(_peer.KemSecret);
                return true;
            default:
                throw new InvalidOperationException($"The token {token} is not a mixing one.");
        }
    }

    private bool TryMixAgreement(ReadOnlySpan<byte> secret, byte[]? peer)
    {
        Span<byte> shared = stackalloc byte[X25519Keys.Size];
        bool agreed = X25519Keys.TryAgree(secret, RequirePeer(peer), shared);
        if (agreed)
        {
            _symmetric.MixKey(shared);
        }

        CryptographicOperations.ZeroMemory(shared);
        return agreed;
    }

    private static byte[] RequirePeer([NotNull] byte[]? value) =>
        value ?? throw new InvalidOperationException("The pattern needs a key of the peer that was not given.");
}
