using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

public sealed class Rfc5769Tests
{
    private static readonly byte[] ShortTermKey = Encoding.UTF8.GetBytes(Rfc5769Vectors.ShortTermPassword);

    [Test]
    public void The_sample_request_is_read_and_its_integrity_is_valid()
    {
        StunMessage message = Read(Rfc5769Vectors.Request);

        Assert.That(message.Class, Is.EqualTo(StunClass.Request));
        Assert.That(message.Method, Is.EqualTo(StunMethod.Binding));
        Assert.That(message.TransactionId.ToString(), Is.EqualTo("b7e7a701bc34d686fa87dfae"));
        Assert.That(message.HasFingerprint);
        Assert.That(TextOf(message, StunAttributeType.Software), Is.EqualTo("STUN test client"));
        Assert.That(TextOf(message, StunAttributeType.Username), Is.EqualTo("evtj:h6vY"));
        Assert.That(message.VerifyIntegrity(ShortTermKey), Is.EqualTo(StunIntegrity.Valid));
        Assert.That(message.VerifyIntegrity("wrong"u8), Is.EqualTo(StunIntegrity.Invalid));
    }

    [Test]
    public void The_sample_requests_ICE_priority_is_reported_as_an_unknown_required_attribute()
    {
        Span<ushort> unknown = stackalloc ushort[4];

        int count = Read(Rfc5769Vectors.Request).CopyUnknownRequired(unknown);

        Assert.That(unknown[..count].ToArray(), Is.EqualTo(new ushort[] { 0x0024 }));
    }

    [Test]
    public void The_sample_IPv4_response_tells_its_mapped_address()
    {
        StunMessage message = Read(Rfc5769Vectors.ResponseV4);

        Assert.That(message.Class, Is.EqualTo(StunClass.SuccessResponse));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:32853")));
        Assert.That(TextOf(message, StunAttributeType.Software), Is.EqualTo("test vector"));
        Assert.That(message.VerifyIntegrity(ShortTermKey), Is.EqualTo(StunIntegrity.Valid));
    }

    [Test]
    public void The_sample_IPv6_response_tells_its_mapped_address()
    {
        StunMessage message = Read(Rfc5769Vectors.ResponseV6);

        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(IPEndPoint.Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853")));
        Assert.That(message.VerifyIntegrity(ShortTermKey), Is.EqualTo(StunIntegrity.Valid));
    }

    [Test]
    [SuppressMessage("Security", "CA5351", Justification = "RFC 8489 section 9.2.2 derives this key with MD5.")]
    public void The_sample_request_with_long_term_credentials_has_valid_integrity()
    {
        StunMessage message = Read(Rfc5769Vectors.LongTermRequest);
        byte[] key = MD5.HashData(LongTermKeyText);

        Assert.That(TextOf(message, StunAttributeType.Username), Is.EqualTo(Rfc5769Vectors.LongTermUser));
        Assert.That(TextOf(message, StunAttributeType.Realm), Is.EqualTo(Rfc5769Vectors.LongTermRealm));
        Assert.That(TextOf(message, StunAttributeType.Nonce), Is.EqualTo("f//499k954d6OL34oL9FSTvy64sA"));
        Assert.That(message.HasFingerprint, Is.False);
        Assert.That(message.VerifyIntegrity(key), Is.EqualTo(StunIntegrity.Valid));
    }

    [Test]
    public void The_sample_request_with_SHA256_has_valid_integrity()
    {
        StunMessage message = Read(Rfc5769Vectors.Sha256Request);
        byte[] key = SHA256.HashData(LongTermKeyText);

        Assert.That(message.TryGetAttribute(StunAttributeType.UserHash, out ReadOnlySpan<byte> userHash));
        Assert.That(
            userHash.ToArray(),
            Is.EqualTo(SHA256.HashData(Encoding.UTF8.GetBytes($"{Rfc5769Vectors.LongTermUser}:{Rfc5769Vectors.LongTermRealm}"))));
        Assert.That(message.VerifyIntegrity(key), Is.EqualTo(StunIntegrity.Valid));
    }

    [Test]
    public void The_writer_makes_the_sample_request_byte_for_byte()
    {
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, IdOf(Rfc5769Vectors.Request));
        writer.Add(StunAttributeType.Software, "STUN test client"u8);
        writer.Add((StunAttributeType)0x0024, [0x6e, 0x00, 0x01, 0xff]);
        writer.Add((StunAttributeType)0x8029, [0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36]);

        // The vector pads with spaces, we with zeros as RFC 8489 asks: the padding goes in as three more bytes, and
        // the length is set right before the hashes are made.
        writer.Add(StunAttributeType.Username, "evtj:h6vY   "u8);
        buffer[StunUsernameLengthAt] = 9;
        writer.AddMessageIntegrity(ShortTermKey);
        writer.AddFingerprint();

        Assert.That(writer.TryFinish(out int written));
        Assert.That(buffer[..written], Is.EqualTo(Rfc5769Vectors.Request));
    }

    [Test]
    public void The_writer_makes_the_message_with_SHA256_byte_for_byte()
    {
        StunMessage sample = Read(Rfc5769Vectors.Sha256Request);
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, sample.TransactionId);
        foreach (StunAttributeType type in new[]
                 {
                     StunAttributeType.UserHash,
                     StunAttributeType.Nonce,
                     StunAttributeType.Realm,
                     StunAttributeType.PasswordAlgorithm,
                 })
        {
            Assert.That(sample.TryGetAttribute(type, out ReadOnlySpan<byte> value));
            writer.Add(type, value);
        }

        writer.AddMessageIntegritySha256(SHA256.HashData(LongTermKeyText));

        Assert.That(writer.TryFinish(out int written));
        Assert.That(buffer[..written], Is.EqualTo(Rfc5769Vectors.Sha256Request));
    }

    [TestCase(nameof(Rfc5769Vectors.Request))]
    [TestCase(nameof(Rfc5769Vectors.ResponseV4))]
    [TestCase(nameof(Rfc5769Vectors.ResponseV6))]
    public void Any_flipped_bit_of_a_message_with_fingerprint_makes_it_unreadable(string name)
    {
        byte[] sample = (byte[])typeof(Rfc5769Vectors).GetProperty(name)!.GetValue(null)!;
        for (int bit = 0; bit < sample.Length * 8; bit++)
        {
            byte[] changed = [.. sample];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            // A flip that hides the FINGERPRINT's own type leaves a message without one; integrity still covers it.
            bool readable = StunMessage.TryRead(changed, out StunMessage message);
            Assert.That(!readable || !message.HasFingerprint, $"bit {bit}");
        }
    }

    // Header 20, SOFTWARE 20, PRIORITY 8, ICE-CONTROLLED 12, USERNAME's type 2, the length's high byte 1.
    private const int StunUsernameLengthAt = 63;

    private static byte[] LongTermKeyText => Encoding.UTF8.GetBytes(
        $"{Rfc5769Vectors.LongTermUser}:{Rfc5769Vectors.LongTermRealm}:{Rfc5769Vectors.LongTermPassword}");

    private static StunTransactionId IdOf(byte[] message) => new(message.AsSpan(8));

    private static StunMessage Read(byte[] datagram)
    {
        Assert.That(StunMessage.TryRead(datagram, out StunMessage message));
        return message;
    }

    private static string TextOf(StunMessage message, StunAttributeType type)
    {
        Assert.That(message.TryGetAttribute(type, out ReadOnlySpan<byte> value));
        return Encoding.UTF8.GetString(value);
    }
}
