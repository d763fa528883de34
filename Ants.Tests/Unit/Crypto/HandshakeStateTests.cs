using System.Security.Cryptography;
using Ants.Crypto;
using Ants.Crypto.Noise;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class HandshakeStateTests
{
    private static readonly string[] Names =
    [
        "Noise_NN_25519_ChaChaPoly_SHA256", "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA512",
        "Noise_NNpsk0+psk2_25519_AESGCM_BLAKE2s", "Noise_IXhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2b",
        "Noise_KX1hfs_25519+448_ChaChaPoly_BLAKE2b", "Noise_I1Xpsk2_25519_ChaChaPoly_SHA512",
    ];

    [Test]
    public void Every_handshake_ends_in_agreement_whatever_forged_messages_come_between() =>
        Gen.Select(Gen.Int[0, 5].Select(static i => Names[i]), Gen.ULong, Gen.Byte.Array[0, 100]).Sample(
            (name, seed, payload) =>
            {
                NoiseProtocol protocol = NoiseProtocol.Parse(name);
                (HandshakeState initiator, HandshakeState responder) = Pair(protocol, seed);
                for (int i = 0; i < protocol.Pattern.Messages.Length; i++)
                {
                    (HandshakeState writer, HandshakeState reader) = i % 2 == 0 ? (initiator, responder) : (responder, initiator);
                    byte[] message = writer.WriteMessage(payload);
                    byte[] forged = [.. message, 0];
                    bool forgedTaken = reader.TryReadMessage(message.AsSpan(0, message.Length - payload.Length - 1), out _);
                    forgedTaken |= HasKeyByNow(name, i) && reader.TryReadMessage(forged, out _);
                    if (forgedTaken || !reader.TryReadMessage(message, out byte[]? read) || !read.AsSpan().SequenceEqual(payload))
                    {
                        return false;
                    }
                }

                return initiator.IsFinished && responder.IsFinished && initiator.Transcript.SequenceEqual(responder.Transcript);
            },
            iter: 60);

    [Test]
    public void Writing_out_of_turn_is_the_callers_mistake_and_reading_out_of_turn_is_refused()
    {
        (HandshakeState initiator, HandshakeState responder) = Pair(NoiseProtocol.Parse(Names[0]), 1);
        Assert.Throws<InvalidOperationException>(() => responder.WriteMessage([]));
        Assert.That(initiator.TryReadMessage(new byte[32], out _), Is.False);
        Assert.Throws<InvalidOperationException>(() => initiator.Split(new byte[32], new byte[32]));
        responder.TryReadMessage(initiator.WriteMessage([]), out _);
        initiator.TryReadMessage(responder.WriteMessage([]), out _);
        Assert.Throws<InvalidOperationException>(() => initiator.WriteMessage([]));
        Assert.That(responder.TryReadMessage(new byte[48], out _), Is.False);
    }

    [Test]
    public void A_key_that_forces_an_all_zero_secret_is_refused_on_both_sides()
    {
        NoiseProtocol protocol = NoiseProtocol.Parse(Names[0]);
        (HandshakeState initiator, HandshakeState responder) = Pair(protocol, 1);
        Assert.That(responder.TryReadMessage(new byte[32], out _), Is.True, "there is no exchange in the first message of NN");
        Assert.Throws<CryptographicException>(() => responder.WriteMessage([]));
        initiator.WriteMessage([]);
        Assert.That(initiator.TryReadMessage(new byte[48], out _), Is.False);
    }

    [Test]
    public void A_message_longer_than_Noise_allows_is_neither_written_nor_read()
    {
        (HandshakeState initiator, HandshakeState responder) = Pair(NoiseProtocol.Parse(Names[0]), 1);
        Assert.Throws<ArgumentException>(() => initiator.WriteMessage(new byte[65536 - 32]));
        Assert.That(responder.TryReadMessage(new byte[65536], out _), Is.False);
        byte[] longest = initiator.WriteMessage(new byte[65535 - 32]);
        Assert.That(responder.TryReadMessage(longest, out _), Is.True);
    }

    [Test]
    public void A_failed_decryption_leaves_the_nonce_where_it_was()
    {
        using CipherState sender = new(CipherSuite.Aes256Gcm, new byte[32]);
        using CipherState receiver = new(CipherSuite.Aes256Gcm, new byte[32]);
        byte[] sealedText = new byte[20];
        sender.Encrypt([], new byte[4], sealedText);
        Assert.That(receiver.TryDecrypt([1], sealedText, new byte[4]), Is.False);
        Assert.That(receiver.TryDecrypt([], new byte[15], []), Is.False);
        Assert.That(receiver.TryDecrypt([], sealedText, new byte[4]), Is.True);
        Assert.That(receiver.TryDecrypt([], sealedText, new byte[4]), Is.False, "the same message again");
    }

    private static (HandshakeState Initiator, HandshakeState Responder) Pair(NoiseProtocol protocol, ulong seed)
    {
        SeededEntropy entropy = new(seed);
        byte[] secretA = new byte[32];
        byte[] secretB = new byte[32];
        byte[] psks = new byte[64];
        byte[] publicA = new byte[32];
        entropy.Fill(secretA);
        entropy.Fill(secretB);
        entropy.Fill(psks);
        Ants.Crypto.Primitives.X25519Keys.DerivePublicKey(secretA, publicA);
        HandshakeKeys initiator = new() { LocalSecret = secretA, Psks = psks, Entropy = entropy };
        HandshakeKeys responder = new()
        {
            LocalSecret = secretB,
            RemotePublic = protocol.Pattern.InitiatorStaticKnown ? publicA : [],
            Psks = psks,
            Entropy = entropy,
        };
        return (new HandshakeState(protocol, true, [1], initiator), new HandshakeState(protocol, false, [1], responder));
    }

    // Only a message under a key tells a forgery; a first message without psk, or with K or X statics, has none.
    private static bool HasKeyByNow(string name, int message) => message > 0 || name.Contains("psk0", StringComparison.Ordinal);
}
