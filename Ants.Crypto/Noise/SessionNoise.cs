namespace Ants.Crypto.Noise;

/// <summary>
/// The handshake of ANTS sessions.
/// <code>
///   IKhfs:   &lt;- s
///            ...
///            -> e, es, e1, s, ss       payload: initiator's AgentId (32) | caller's payload
///            &lt;- e, ee, ekem1, se       payload: caller's payload
///   prologue: protocol label | responder's AgentId (32)
/// </code>
/// The static X25519 keys are the Montgomery forms of the agents' Ed25519 keys. A and -A share one form, which is why
/// both full ids are in the transcript.
/// </summary>
internal static class SessionNoise
{
    private static readonly NoiseProtocol Protocol = NoiseProtocol.Parse("Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256");

    /// <summary>Starts one end of a handshake towards <paramref name="responder"/>.</summary>
    public static HandshakeState Start(
        bool initiator, AgentIdentity local, AgentId responder, ReadOnlySpan<byte> label, ReadOnlySpan<byte> remotePublic, EntropySource entropy)
    {
        byte[] prologue = [.. label, .. responder.ToByteArray()];
        HandshakeKeys keys = new() { LocalSecret = local.X25519Secret, RemotePublic = remotePublic, Entropy = entropy };
        return new HandshakeState(Protocol, initiator, prologue, keys);
    }
}
