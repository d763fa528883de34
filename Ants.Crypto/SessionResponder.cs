using System.Diagnostics.CodeAnalysis;
using Ants.Crypto.Noise;
using Ants.Crypto.Primitives;

namespace Ants.Crypto;

/// <summary>
/// The answering end of a session handshake. There is one only once a valid message 1 has been read, so an
/// <see cref="Initiator"/> is always a checked one. (Message 1 may still be a replay: it is live when the first packet
/// of the session authenticates.) Not safe for concurrent use.
/// </summary>
public sealed class SessionResponder : IDisposable
{
    /// <summary>What message 2 adds to its payload: e 32, ekem1 1088 + 16, and a tag of 16 bytes.</summary>
    public const int Message2Overhead = 32 + 1088 + 16 + 16;

    private readonly HandshakeState _handshake;
    private readonly LateEntropy _entropy;
    private readonly byte[] _payload;
    private bool _over;

    private SessionResponder(HandshakeState handshake, LateEntropy entropy, AgentId initiator, byte[] payload)
    {
        _handshake = handshake;
        _entropy = entropy;
        _payload = payload;
        Initiator = initiator;
    }

    /// <summary>Who sent message 1, and holds that key.</summary>
    public AgentId Initiator { get; }

    /// <summary>The payload of message 1, without the initiator's id.</summary>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(AgentId.Size);

    /// <summary>
    /// Reads message 1. False for whatever is not a message 1 to this agent under this label, or whose sender names an id
    /// that is not its key's. <paramref name="local"/> is not disposed.
    /// </summary>
    public static bool TryReadMessage1(
        AgentIdentity local,
        ReadOnlySpan<byte> protocolLabel,
        ReadOnlySpan<byte> message,
        [NotNullWhen(true)] out SessionResponder? responder)
    {
        ArgumentNullException.ThrowIfNull(local);
        responder = null;

        // The length first: no curve operation for what cannot be a message 1.
        if (message.Length is < SessionInitiator.Message1Overhead or > HandshakeState.MaxMessageSize)
        {
            return false;
        }

        LateEntropy entropy = new();
        HandshakeState handshake = SessionNoise.Start(initiator: false, local, local.Id, protocolLabel, [], entropy);
        if (handshake.TryReadMessage(message, out byte[]? payload)
            && TryReadInitiator(payload, handshake.RemoteStatic, out AgentId initiator))
        {
            responder = new SessionResponder(handshake, entropy, initiator, payload);
            return true;
        }

        handshake.Dispose();
        return false;
    }

    /// <summary>
    /// The cipher that opens data which came with message 1; to be made before message 2 is written. What it opens may be a replay.
    /// </summary>
    /// <exception cref="ObjectDisposedException">Message 2 has been written already.</exception>
    public PacketCipher CreateEarlyOpener()
    {
        ObjectDisposedException.ThrowIf(_over, this);
        return _handshake.CreateEarlyCipher();
    }

    /// <summary>Writes message 2, once, and ends the handshake. A retransmission sends these same bytes again.</summary>
    /// <exception cref="ObjectDisposedException">Message 2 has been written already.</exception>
    /// <exception cref="ArgumentException">The payload does not fit a message; nothing has been drawn or written.</exception>
    public byte[] WriteMessage2(ReadOnlySpan<byte> payload, EntropySource entropy, out SessionSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        ObjectDisposedException.ThrowIf(_over, this);
        _entropy.Source = entropy;
        byte[] message = _handshake.WriteMessage(payload);
        secrets = SessionSecrets.FromHandshake(_handshake, initiator: false);
        Dispose();
        return message;
    }

    /// <summary>Zeroes the handshake's secrets.</summary>
    public void Dispose()
    {
        _over = true;
        _handshake.Dispose();
    }

    // The named id must have the very X25519 form that the handshake authenticated; only then is the point worth checking.
    private static bool TryReadInitiator(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> remoteStatic, out AgentId initiator)
    {
        initiator = default;
        if (payload.Length < AgentId.Size)
        {
            return false;
        }

        Span<byte> form = stackalloc byte[X25519Keys.Size];
        Ed25519Keys.ToX25519Public(payload[..AgentId.Size], form);
        return form.SequenceEqual(remoteStatic) && AgentId.TryFromBytes(payload[..AgentId.Size], out initiator);
    }

    // The responder draws nothing before message 2, when the caller hands in its source.
    private sealed class LateEntropy : EntropySource
    {
        public EntropySource? Source { get; set; }

        public override void Fill(Span<byte> destination) =>
            (Source ?? throw new InvalidOperationException("Reading message 1 draws no randomness.")).Fill(destination);
    }
}
