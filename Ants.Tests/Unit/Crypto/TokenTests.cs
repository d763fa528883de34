using System.Security.Cryptography;
using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class TokenTests
{
    [Test]
    public void A_handshake_mac_is_of_one_message_to_one_receiver()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        byte[] mac = new byte[HandshakeMac.Size];
        HandshakeMac.Compute(alice.Id, "message"u8, mac);
        byte[] changed = [.. mac];
        changed[^1] ^= 1;
        Assert.Multiple(() =>
        {
            Assert.That(HandshakeMac.Verify(alice.Id, "message"u8, mac), Is.True);
            Assert.That(HandshakeMac.Verify(bob.Id, "message"u8, mac), Is.False);
            Assert.That(HandshakeMac.Verify(alice.Id, "massage"u8, mac), Is.False);
            Assert.That(HandshakeMac.Verify(alice.Id, "message"u8, changed), Is.False);
            Assert.That(HandshakeMac.Verify(alice.Id, "message"u8, mac.AsSpan(1)), Is.False);
            Assert.That(HandshakeMac.Verify(alice.Id, "message"u8, []), Is.False);
        });
    }

    [Test]
    public void A_handshake_mac_is_the_HMAC_that_its_page_says()
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] mac = new byte[HandshakeMac.Size];
        HandshakeMac.Compute(alice.Id, "message"u8, mac);
        byte[] key = SHA256.HashData((byte[])[.. "ants handshake mac 1"u8, .. alice.Id.ToByteArray()]);
        Assert.That(mac, Is.EqualTo(HMACSHA256.HashData(key, (byte[])[.. "message"u8])[..16]));
    }

    [Test]
    public void A_reset_token_is_of_one_connection_id_on_one_device()
    {
        byte[] secret = new byte[ResetTokens.MinSecretSize];
        byte[] otherSecret = [.. secret[1..], 1];
        byte[] id = [1, 2, 3, 4, 5, 6, 7, 8];
        byte[] token = Derive(secret, id);
        Assert.Multiple(() =>
        {
            Assert.That(Derive(secret, id), Is.EqualTo(token));
            Assert.That(Derive(otherSecret, id), Is.Not.EqualTo(token));
            Assert.That(Derive(secret, id[..7]), Is.Not.EqualTo(token));
            Assert.That(token, Is.EqualTo(HMACSHA256.HashData(secret, id)[..16]));
            Assert.Throws<ArgumentException>(() => Derive(new byte[31], id));
        });
    }

    private static byte[] Derive(byte[] secret, byte[] id)
    {
        byte[] token = new byte[ResetTokens.Size];
        ResetTokens.Derive(secret, id, token);
        return token;
    }
}
