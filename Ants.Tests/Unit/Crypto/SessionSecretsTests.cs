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
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Initiator.CreateSealer(CipherSuite.Aegis128L));
        using PacketCipher sealer = run.Initiator.CreateSealer(CipherSuite.ChaCha20Poly1305);
        Assert.Throws<InvalidOperationException>(() => run.Initiator.CreateSealer(CipherSuite.Aes256Gcm));
    }

    [Test]
    public void Disposed_secrets_make_no_ciphers_but_made_ones_go_on()
    {
        HandshakeRun run = HandshakeInputs.From(1, [], []).Run();
        using PacketCipher sealer = run.Initiator.CreateSealer(CipherSuite.ChaCha20Poly1305);
        using PacketCipher opener = run.Responder.CreateOpener(CipherSuite.ChaCha20Poly1305);
        run.Initiator.Dispose();
        run.Responder.Dispose();
        Assert.That(Opens(sealer, opener), Is.True);
        Assert.Throws<ObjectDisposedException>(() => run.Responder.CreateSealer(CipherSuite.ChaCha20Poly1305));
        Assert.Throws<ObjectDisposedException>(() => run.Responder.CreateOpener(CipherSuite.ChaCha20Poly1305));
    }

    [Test]
    public void Directions_suites_and_sessions_have_keys_of_their_own()
    {
        HandshakeRun run = HandshakeInputs.From(1, [], []).Run();
        HandshakeRun other = HandshakeInputs.From(2, [], []).Run();
        using PacketCipher sealer = run.Initiator.CreateSealer(CipherSuite.ChaCha20Poly1305);
        using PacketCipher ownOpener = run.Initiator.CreateOpener(CipherSuite.ChaCha20Poly1305);
        using PacketCipher otherSuite = run.Responder.CreateOpener(CipherSuite.Aes256Gcm);
        using PacketCipher otherSession = other.Responder.CreateOpener(CipherSuite.ChaCha20Poly1305);
        using PacketCipher opener = run.Responder.CreateOpener(CipherSuite.ChaCha20Poly1305);
        Assert.Multiple(() =>
        {
            Assert.That(Opens(sealer, ownOpener), Is.False);
            Assert.That(Opens(sealer, otherSuite), Is.False);
            Assert.That(Opens(sealer, otherSession), Is.False);
            Assert.That(Opens(sealer, opener), Is.True);
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

    private static bool Opens(PacketCipher sealer, PacketCipher opener)
    {
        byte[] packet = new byte[Text.Length + sealer.TagSize];
        sealer.Seal(1, 2, [], Text, packet);
        return opener.TryOpen(1, 2, [], packet, new byte[Text.Length]);
    }
}
