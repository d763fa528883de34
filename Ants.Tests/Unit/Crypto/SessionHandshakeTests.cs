using Ants.Crypto;
using Ants.Crypto.Noise;
using Ants.Crypto.Primitives;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class SessionHandshakeTests
{
    private static readonly byte[] Label = [.. "ants session 1"u8];

    [Test]
    public void Both_ends_agree_on_payloads_transcript_and_keys() => Gen.Select(Gen.ULong, Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample(
        (seed, payload1, payload2) =>
        {
            HandshakeRun run = HandshakeInputs.From(seed, payload1, payload2).Run();
            return run.KnowsInitiator
                && run.Payload1.AsSpan().SequenceEqual(payload1)
                && run.Payload2.AsSpan().SequenceEqual(payload2)
                && run.Initiator.HandshakeHash.SequenceEqual(run.Responder.HandshakeHash)
                && run.Initiator.IsInitiator && !run.Responder.IsInitiator
                && run.Message1.Length == payload1.Length + SessionInitiator.Message1Overhead
                && run.Message2.Length == payload2.Length + SessionResponder.Message2Overhead
                && Delivers(run.Initiator, run.Responder)
                && Delivers(run.Responder, run.Initiator);
        },
        iter: 40);

    [Test]
    public void An_independent_transcript_gives_the_same_messages_and_keys() => Gen.Select(Gen.ULong, Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample(
        (seed, payload1, payload2) =>
        {
            HandshakeInputs inputs = HandshakeInputs.From(seed, payload1, payload2);
            HandshakeRun run = inputs.Run();
            IndependentTranscript other = new(inputs);
            (byte[] key, byte[] iv) = IndependentTranscript.PacketKeys(other.InitiatorTraffic, direction: 1, suite: 1);
            byte[] nonce = [0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 1, 2];
            byte[] expected = IndependentTranscript.SealChaCha(key, iv, nonce, [1, 2, 3], payload1);
            byte[] packet = new byte[payload1.Length + 16];
            using PacketCipher sealer = run.Initiator.CreateSealingKeys(CipherSuite.ChaCha20Poly1305).Next();
            sealer.Seal(7, 258, [1, 2, 3], payload1, packet);
            return run.Message1.AsSpan().SequenceEqual(other.Message1)
                && run.Message2.AsSpan().SequenceEqual(other.Message2)
                && run.Initiator.HandshakeHash.SequenceEqual(other.HandshakeHash)
                && packet.AsSpan().SequenceEqual(expected);
        },
        iter: 40);

    [Test]
    public void A_change_in_any_byte_of_message_1_makes_it_refused()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        byte[] message = initiator.WriteMessage1("hello"u8);
        for (int i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message];
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.That(SessionResponder.TryReadMessage1(bob, Label, changed, out _), Is.False, $"byte {i}");
        }
    }

    [Test]
    public void A_change_in_any_byte_of_message_2_is_refused_and_the_true_message_still_read()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        Assert.That(SessionResponder.TryReadMessage1(bob, Label, initiator.WriteMessage1([]), out SessionResponder? responder), Is.True);
        byte[] message = responder!.WriteMessage2("hello"u8, new SeededEntropy(2), out SessionSecrets responderSecrets);
        for (int i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message];
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.That(initiator.TryReadMessage2(changed, out _, out _), Is.False, $"byte {i}");
        }

        Assert.That(initiator.TryReadMessage2(message, out byte[]? payload, out SessionSecrets? secrets), Is.True);
        Assert.That(payload, Is.EqualTo("hello"u8.ToArray()));
        Assert.That(Delivers(secrets!, responderSecrets), Is.True);
    }

    [Test]
    public void Garbage_of_any_length_is_refused_by_both_ends()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        initiator.WriteMessage1([]);
        Gen.Byte.Array[0, 3000].Sample(
            bytes => !SessionResponder.TryReadMessage1(bob, Label, bytes, out _) && !initiator.TryReadMessage2(bytes, out _, out _),
            iter: 300,
            threads: 1);
        Assert.That(SessionResponder.TryReadMessage1(bob, Label, new byte[65536], out _), Is.False);
    }

    [Test]
    public void Another_label_or_another_responder_refuses_message_1()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using AgentIdentity carol = Agents.Carol();
        using SessionInitiator initiator = new(alice, bob.Id, Label, EntropySource.System);
        byte[] message = initiator.WriteMessage1([]);
        Assert.Multiple(() =>
        {
            Assert.That(SessionResponder.TryReadMessage1(bob, "ants session 2"u8, message, out _), Is.False);
            Assert.That(SessionResponder.TryReadMessage1(carol, Label, message, out _), Is.False);
            Assert.That(SessionResponder.TryReadMessage1(bob, Label, message, out _), Is.True);
        });
    }

    [Test]
    public void Message_2_of_another_handshake_is_refused()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator one = new(alice, bob.Id, Label, new SeededEntropy(1));
        using SessionInitiator two = new(alice, bob.Id, Label, new SeededEntropy(2));
        one.WriteMessage1([]);
        SessionResponder.TryReadMessage1(bob, Label, two.WriteMessage1([]), out SessionResponder? responder);
        byte[] message2 = responder!.WriteMessage2([], new SeededEntropy(3), out _);
        Assert.That(one.TryReadMessage2(message2, out _, out _), Is.False);
    }

    [Test]
    public void An_initiator_that_names_another_agent_is_refused()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using AgentIdentity carol = Agents.Carol();
        Assert.Multiple(() =>
        {
            Assert.That(ReadForged(alice, bob, carol.Id.ToByteArray()), Is.False);
            Assert.That(ReadForged(alice, bob, EdwardsPoints.AddOrderTwo(alice.Id.ToByteArray())), Is.False);
            Assert.That(ReadForged(alice, bob, new byte[32]), Is.False);
            Assert.That(ReadForged(alice, bob, alice.Id.ToByteArray()), Is.True);
        });
    }

    [Test]
    public void An_ephemeral_key_of_small_order_is_refused()
    {
        using AgentIdentity bob = Agents.Bob();
        byte[] message = new byte[SessionInitiator.Message1Overhead];
        Assert.That(SessionResponder.TryReadMessage1(bob, Label, message, out _), Is.False);
        message[0] = 1;
        Assert.That(SessionResponder.TryReadMessage1(bob, Label, message, out _), Is.False);
    }

    [Test]
    public void Each_message_is_written_once_and_what_comes_late_is_refused()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        Assert.That(initiator.TryReadMessage2(new byte[SessionResponder.Message2Overhead], out _, out _), Is.False);
        byte[] message1 = initiator.WriteMessage1([]);
        SessionResponder.TryReadMessage1(bob, Label, message1, out SessionResponder? responder);
        byte[] message2 = responder!.WriteMessage2([], new SeededEntropy(2), out _);
        Assert.That(initiator.TryReadMessage2(message2, out _, out _), Is.True);
        Assert.Multiple(() =>
        {
            Assert.Throws<ObjectDisposedException>(() => initiator.WriteMessage1([]));
            Assert.Throws<ObjectDisposedException>(() => responder.WriteMessage2([], EntropySource.System, out _));
            Assert.That(initiator.TryReadMessage2(message2, out _, out _), Is.False);
        });
    }

    [Test]
    public void Message_1_cannot_be_written_twice_under_one_ephemeral()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        initiator.WriteMessage1([1]);
        Assert.Throws<InvalidOperationException>(() => initiator.WriteMessage1([2]));
    }

    [Test]
    public void A_payload_that_does_not_fit_a_Noise_message_is_refused_before_anything_is_drawn()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        using SessionInitiator initiator = new(alice, bob.Id, Label, new SeededEntropy(1));
        int most = HandshakeState.MaxMessageSize - SessionInitiator.Message1Overhead;
        Assert.Throws<ArgumentException>(() => initiator.WriteMessage1(new byte[most + 1]));
        byte[] message = initiator.WriteMessage1(new byte[most]);
        Assert.That(SessionResponder.TryReadMessage1(bob, Label, message, out _), Is.True);
    }

    [Test]
    public void There_is_no_session_with_none()
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.Throws<ArgumentException>(() => new SessionInitiator(alice, default, Label, EntropySource.System));
    }

    private static bool ReadForged(AgentIdentity sender, AgentIdentity receiver, byte[] named)
    {
        byte[] remote = new byte[32];
        Ed25519Keys.ToX25519Public(receiver.Id.ToByteArray(), remote);
        using HandshakeState forged = SessionNoise.Start(true, sender, receiver.Id, Label, remote, new SeededEntropy(1));
        return SessionResponder.TryReadMessage1(receiver, Label, forged.WriteMessage(named), out _);
    }

    private static bool Delivers(SessionSecrets from, SessionSecrets to)
    {
        byte[] text = [.. "a packet"u8];
        byte[] packet = new byte[text.Length + 16];
        byte[] opened = new byte[text.Length];
        using PacketCipher sealer = from.CreateSealingKeys(CipherSuite.Aes256Gcm).Next();
        using PacketCipher opener = to.CreateOpeningKeys(CipherSuite.Aes256Gcm).Next();
        sealer.Seal(1, 2, "header"u8, text, packet);
        return opener.TryOpen(1, 2, "header"u8, packet, opened) && opened.AsSpan().SequenceEqual(text);
    }
}
