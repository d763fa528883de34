using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class EarlyDataKeyTests
{
    private static readonly byte[] Text = [.. "sent with message 1"u8];

    [Test]
    public void What_one_end_seals_after_message_1_the_other_opens_before_message_2_and_the_derivation_is_the_written_one()
    {
        HandshakeInputs inputs = HandshakeInputs.From(1, [1, 2, 3], []);
        using AgentIdentity alice = AgentIdentity.FromSeed(inputs.InitiatorSeed), bob = AgentIdentity.FromSeed(inputs.ResponderSeed);
        using SessionInitiator initiator = new(alice, bob.Id, inputs.Label, new ScriptedEntropy(inputs.InitiatorEphemeral, inputs.KemSeed));
        byte[] message = initiator.WriteMessage1(inputs.Payload1);
        byte[] packet = new byte[Text.Length + 16];
        using (PacketCipher sealer = initiator.CreateEarlySealer())
        {
            sealer.Seal(0, 3, [7, 8, 9], Text, packet);
        }

        Assert.That(SessionResponder.TryReadMessage1(bob, inputs.Label, message, out SessionResponder? responder));
        using PacketCipher opener = responder!.CreateEarlyOpener();
        byte[] opened = new byte[Text.Length];
        Assert.That(opener.TryOpen(0, 3, [7, 8, 9], packet, opened), Is.True);
        Assert.That(opened, Is.EqualTo(Text));
        Assert.That(opener.TryOpen(0, 2, [7, 8, 9], packet, opened), Is.False, "another number");
        Assert.That(opener.TryOpen(0, 3, [7, 8, 8], packet, opened), Is.False, "another header");

        (byte[] key, byte[] iv) = IndependentTranscript.PacketKeys(new IndependentTranscript(inputs).EarlySecret, direction: 1, suite: 1);
        Assert.That(packet, Is.EqualTo(IndependentTranscript.SealChaCha(key, iv, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], [7, 8, 9], Text)));
        responder.Dispose();
    }

    [Test]
    public void The_key_of_early_data_is_made_once_and_only_between_the_messages()
    {
        using AgentIdentity alice = Agents.Alice(), bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, "test"u8, new SeededEntropy(1));
        Assert.Throws<InvalidOperationException>(() => initiator.CreateEarlySealer(), "before message 1");
        byte[] message = initiator.WriteMessage1([]);
        initiator.CreateEarlySealer().Dispose();
        Assert.Throws<InvalidOperationException>(() => initiator.CreateEarlySealer(), "twice");
        Assert.That(SessionResponder.TryReadMessage1(bob, "test"u8, message, out SessionResponder? responder));
        responder!.CreateEarlyOpener().Dispose();
        byte[] answer = responder.WriteMessage2([], new SeededEntropy(2), out SessionSecrets secrets);
        secrets.Dispose();
        Assert.Throws<ObjectDisposedException>(() => responder.CreateEarlyOpener(), "after message 2");
        Assert.That(initiator.TryReadMessage2(answer, out _, out SessionSecrets? own));
        own!.Dispose();
        Assert.Throws<ObjectDisposedException>(() => initiator.CreateEarlySealer());
    }

    [Test]
    public void Making_the_key_of_early_data_changes_nothing_of_the_handshake()
    {
        HandshakeInputs inputs = HandshakeInputs.From(5, [1], [2]);
        HandshakeRun plain = inputs.Run();
        using AgentIdentity alice = AgentIdentity.FromSeed(inputs.InitiatorSeed), bob = AgentIdentity.FromSeed(inputs.ResponderSeed);
        using SessionInitiator initiator = new(alice, bob.Id, inputs.Label, new ScriptedEntropy(inputs.InitiatorEphemeral, inputs.KemSeed));
        byte[] message = initiator.WriteMessage1(inputs.Payload1);
        initiator.CreateEarlySealer().Dispose();
        Assert.That(message, Is.EqualTo(plain.Message1));
        Assert.That(initiator.TryReadMessage2(plain.Message2, out byte[]? payload, out SessionSecrets? secrets));
        Assert.That((payload, secrets!.HandshakeHash.ToArray()), Is.EqualTo((plain.Payload2, plain.Initiator.HandshakeHash.ToArray())));
        secrets.Dispose();
    }
}
