using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class SessionSecretsTests
{
    private static readonly byte[] Text = [.. "a packet"u8];

    [Test]
    public void A_sealer_is_made_once()
    {
        HandshakeRun run = HandshakeInputs.From(1, [], []).Run();
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Initiator.CreateSealingKeys((CipherSuite)77).Next());
        using PacketCipher sealer = run.Initiator.CreateSealingKeys(CipherSuite.ChaCha20Poly1305).Next();
        Assert.Throws<InvalidOperationException>(() => run.Initiator.CreateSealingKeys(CipherSuite.Aes256Gcm).Next());
    }

    [Test]
    public void Disposed_secrets_make_no_ciphers_but_made_ones_go_on()
    {
        HandshakeRun run = HandshakeInputs.From(1, [], []).Run();
        using PacketCipher sealer = run.Initiator.CreateSealingKeys(CipherSuite.ChaCha20Poly1305).Next();
        using PacketCipher opener = run.Responder.CreateOpeningKeys(CipherSuite.ChaCha20Poly1305).Next();
        run.Initiator.Dispose();
        run.Responder.Dispose();
        Assert.That(Opens(sealer, opener, 1), Is.True);
        Assert.Throws<ObjectDisposedException>(() => run.Responder.CreateSealingKeys(CipherSuite.ChaCha20Poly1305).Next());
        Assert.Throws<ObjectDisposedException>(() => run.Responder.CreateOpeningKeys(CipherSuite.ChaCha20Poly1305).Next());
    }

    [Test]
    public void Directions_suites_and_sessions_have_keys_of_their_own()
    {
        HandshakeRun run = HandshakeInputs.From(1, [], []).Run();
        HandshakeRun other = HandshakeInputs.From(2, [], []).Run();
        using PacketCipher sealer = run.Initiator.CreateSealingKeys(CipherSuite.ChaCha20Poly1305).Next();
        using PacketCipher ownOpener = run.Initiator.CreateOpeningKeys(CipherSuite.ChaCha20Poly1305).Next();
        using PacketCipher otherSuite = run.Responder.CreateOpeningKeys(CipherSuite.Aes256Gcm).Next();
        using PacketCipher otherSession = other.Responder.CreateOpeningKeys(CipherSuite.ChaCha20Poly1305).Next();
        using PacketCipher opener = run.Responder.CreateOpeningKeys(CipherSuite.ChaCha20Poly1305).Next();
        Assert.Multiple(() =>
        {
            Assert.That(Opens(sealer, ownOpener, 1), Is.False);
            Assert.That(Opens(sealer, otherSuite, 2), Is.False);
            Assert.That(Opens(sealer, otherSession, 3), Is.False);
            Assert.That(Opens(sealer, opener, 4), Is.True);
        });
    }

    [Test]
    public void The_next_generation_follows_from_the_last_as_the_derivation_says()
    {
        byte[] transport = new byte[32];
        byte[] hash = new byte[32];
        using TrafficSecret first = TrafficSecret.FromHandshake(Direction.FromResponder, transport, hash);
        using TrafficSecret second = first.Next();
        using PacketCipher sealer = second.CreateCipher(CipherSuite.ChaCha20Poly1305, AeadBackend.Best);
        byte[] packet = new byte[Text.Length + sealer.TagSize];
        sealer.Seal(0, 0, [], Text, packet);

        byte[] expected = System.Security.Cryptography.HKDF.Expand(
            System.Security.Cryptography.HashAlgorithmName.SHA256, transport, 32, [.. "ants traffic"u8, 0, 2, 0, .. hash]);
        (byte[] key, byte[] iv) = IndependentTranscript.PacketKeys(IndependentTranscript.Update(expected, direction: 2), direction: 2, suite: 1);
        Assert.That(packet, Is.EqualTo(IndependentTranscript.SealChaCha(key, iv, new byte[12], [], Text)));
    }

    /// <summary>No number is used twice: a managed cipher refuses to seal two packets under one nonce.</summary>
    private static bool Opens(PacketCipher sealer, PacketCipher opener, ulong number)
    {
        byte[] packet = new byte[Text.Length + sealer.TagSize];
        sealer.Seal(1, number, [], Text, packet);
        return opener.TryOpen(1, number, [], packet, new byte[Text.Length]);
    }
}
