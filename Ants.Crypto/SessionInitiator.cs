using System.Diagnostics.CodeAnalysis;
using Ants.Crypto.Noise;
using Ants.Crypto.Primitives;

namespace Ants.Crypto;

/// <summary>
/// The dialling end of a session handshake, Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256: one message out, one back. The
/// peer's <see cref="AgentId"/> alone is enough to start it. Not safe for concurrent use.
/// </summary>
public sealed class SessionInitiator : IDisposable
{
    /// <summary>What message 1 adds to its payload: e 32, e1 1184 + 16, s 32 + 16, the initiator's id 32, and a tag of 16 bytes.</summary>
    public const int Message1Overhead = 32 + 1184 + 16 + 32 + 16 + AgentId.Size + 16;

    private readonly AgentId _local;
    private readonly HandshakeState _handshake;
    private bool _written;
    private bool _earlySealerCreated;
    private bool _over;

    /// <summary>Begins a handshake.</summary>
    /// <param name="local">This end's identity; used until the handshake is over, and not disposed.</param>
    /// <param name="responder">The agent to reach.</param>
    /// <param name="protocolLabel">The protocol's label and version; both ends must give the same.</param>
    /// <param name="entropy">Where ephemeral keys come from.</param>
    /// <exception cref="ArgumentException">The responder is none.</exception>
    public SessionInitiator(AgentIdentity local, AgentId responder, ReadOnlySpan<byte> protocolLabel, EntropySource entropy)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(entropy);
        if (responder.IsNone)
        {
            throw new ArgumentException("There is no agent to reach.", nameof(responder));
        }

        Span<byte> key = stackalloc byte[AgentId.Size];
        Span<byte> remote = stackalloc byte[X25519Keys.Size];
        responder.CopyTo(key);
        Ed25519Keys.ToX25519Public(key, remote);
        _local = local.Id;
        _handshake = SessionNoise.Start(initiator: true, local, responder, protocolLabel, remote, entropy);
    }

    /// <summary>
    /// Writes message 1, once: a retransmission sends these same bytes again, and another payload takes a new handshake.
    /// The payload is encrypted to the responder, but is not forward-secret and can be replayed.
    /// </summary>
    /// <exception cref="InvalidOperationException">Message 1 has been written already.</exception>
    public byte[] WriteMessage1(ReadOnlySpan<byte> payload)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        if (_written)
        {
            throw new InvalidOperationException("Message 1 is written once; send the same bytes again, or start another handshake.");
        }

        byte[] message = _handshake.WriteMessage([.. _local.ToByteArray(), .. payload]);
        _written = true;
        return message;
    }

    /// <summary>
    /// The cipher of data that go with message 1. They are as weak as its payload: not forward-secret, and whoever recorded them can send
    /// them again. Made once: a second one would repeat nonces.
    /// </summary>
    /// <exception cref="InvalidOperationException">Message 1 has not been written, or the cipher has been made already.</exception>
    public PacketCipher CreateEarlySealer()
    {
        ObjectDisposedException.ThrowIf(_over, this);
        if (_earlySealerCreated)
        {
            throw new InvalidOperationException("The cipher of early data has been made already; a second one would repeat nonces.");
        }

        PacketCipher cipher = _handshake.CreateEarlyCipher();
        _earlySealerCreated = true;
        return cipher;
    }

    /// <summary>
    /// Reads message 2. After false (a forged or damaged message) the handshake waits for another one. After true it is
    /// over and zeroed, and answers false to whatever comes late.
    /// </summary>
    public bool TryReadMessage2(
        ReadOnlySpan<byte> message, [NotNullWhen(true)] out byte[]? payload, [NotNullWhen(true)] out SessionSecrets? secrets)
    {
        secrets = null;
        payload = null;
        if (_over || !_written || !_handshake.TryReadMessage(message, out payload))
        {
            return false;
        }

        secrets = SessionSecrets.FromHandshake(_handshake, initiator: true);
        Dispose();
        return true;
    }

    /// <summary>Zeroes the handshake's secrets.</summary>
    public void Dispose()
    {
        _over = true;
        _handshake.Dispose();
    }
}
