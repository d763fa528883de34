using System.Security.Cryptography;
using Ants.Crypto;

namespace Ants.Tests.Unit.Crypto;

/// <summary>All that goes into a session handshake, so that it comes out the same again.</summary>
internal sealed record HandshakeInputs
{
    public required byte[] InitiatorSeed { get; init; }

    public required byte[] ResponderSeed { get; init; }

    public required byte[] Label { get; init; }

    public required byte[] InitiatorEphemeral { get; init; }

    public required byte[] KemSeed { get; init; }

    public required byte[] ResponderEphemeral { get; init; }

    public required byte[] KemRandomness { get; init; }

    public required byte[] Payload1 { get; init; }

    public required byte[] Payload2 { get; init; }

    /// <summary>Inputs that follow from a number.</summary>
    public static HandshakeInputs From(ulong seed, byte[] payload1, byte[] payload2)
    {
        SeededEntropy entropy = new(seed);
        byte[] Draw(int length)
        {
            byte[] bytes = new byte[length];
            entropy.Fill(bytes);
            return bytes;
        }

        return new HandshakeInputs
        {
            InitiatorSeed = Draw(32),
            ResponderSeed = Draw(32),
            Label = [.. "ants session 1"u8],
            InitiatorEphemeral = Draw(32),
            KemSeed = Draw(64),
            ResponderEphemeral = Draw(32),
            KemRandomness = Draw(32),
            Payload1 = payload1,
            Payload2 = payload2,
        };
    }

    /// <summary>Runs the real handshake on these inputs.</summary>
    public HandshakeRun Run()
    {
        using AgentIdentity local = AgentIdentity.FromSeed(InitiatorSeed);
        using AgentIdentity remote = AgentIdentity.FromSeed(ResponderSeed);
        using SessionInitiator initiator = new(local, remote.Id, Label, new ScriptedEntropy(InitiatorEphemeral, KemSeed));
        byte[] message1 = initiator.WriteMessage1(Payload1);
        if (!SessionResponder.TryReadMessage1(remote, Label, message1, out SessionResponder? responder))
        {
            throw new CryptographicException("Message 1 was refused.");
        }

        byte[] read1 = responder.Payload.ToArray();
        byte[] message2 = responder.WriteMessage2(
            Payload2, new ScriptedEntropy(ResponderEphemeral, KemRandomness), out SessionSecrets responderSecrets);
        if (!initiator.TryReadMessage2(message2, out byte[]? read2, out SessionSecrets? initiatorSecrets))
        {
            throw new CryptographicException("Message 2 was refused.");
        }

        return new HandshakeRun(message1, message2, read1, read2, responder.Initiator == local.Id, initiatorSecrets, responderSecrets);
    }
}
