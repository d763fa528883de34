using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class StunMessageTests
{
    private static readonly StunTransactionId Id = new("abcdefghijkl"u8);

    private static readonly Gen<IPEndPoint> GenEndPoint = Gen.Select(
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]),
        Gen.UShort,
        (address, port) => EndPoints.Unmap(new IPEndPoint(new IPAddress(address), port)));

    [Test]
    public void A_binding_request_is_these_bytes()
    {
        byte[] buffer = new byte[64];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.AddFingerprint();

        Assert.That(writer.TryFinish(out int written));
        Assert.That(
            Convert.ToHexStringLower(buffer[..written]),
            Is.EqualTo("000100082112a4426162636465666768696a6b6c" + "80280004" + "3f0724bd"));
    }

    [Test]
    public void An_answer_with_every_attribute_is_these_bytes()
    {
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.ErrorResponse, StunMethod.Binding, Id);
        writer.AddAddress(StunAttributeType.MappedAddress, IPEndPoint.Parse("192.0.2.1:258"));
        writer.AddAddress(StunAttributeType.XorMappedAddress, IPEndPoint.Parse("192.0.2.1:258"));
        writer.AddAddress(StunAttributeType.ResponseOrigin, IPEndPoint.Parse("[2001:db8::1]:3478"));
        writer.AddErrorCode(420, "no"u8);
        writer.AddUnknownAttributes([0x0024, 0x0025, 0x7FFF]);
        writer.AddChangeRequest(changeAddress: true, changePort: false);
        writer.AddResponsePort(0x1234);
        writer.Add(StunAttributeType.Software, "ants"u8);

        Assert.That(writer.TryFinish(out int written));
        Assert.That(
            Convert.ToHexStringLower(buffer[..written]),
            Is.EqualTo(
                "011100602112a4426162636465666768696a6b6c"
                + "0001000800010102c0000201"
                + "0020000800012010e112a643"
                + "802b001400020d9620010db8000000000000000000000001"
                + "00090006000004146e6f0000"
                + "000a0006002400257fff0000"
                + "0003000400000004"
                + "0027000212340000"
                + "80220004616e7473"));
    }

    [Test]
    public void What_is_written_is_read_back()
    {
        // RFC 7983 leaves 0 to 3 for the first byte, and so the methods up to 0xFF.
        Gen.Select(Gen.Byte.Array[12], Gen.Int[0, 3], Gen.Int[1, 0xFF], GenEndPoint, GenEndPoint, Gen.Byte.Array[0, 40])
            .Sample((id, messageClass, method, mapped, other, software) =>
            {
                byte[] buffer = new byte[400];
                StunWriter writer = new(buffer, (StunClass)messageClass, (StunMethod)method, new StunTransactionId(id));
                writer.AddAddress(StunAttributeType.XorMappedAddress, mapped);
                writer.AddAddress(StunAttributeType.OtherAddress, other);
                writer.Add(StunAttributeType.Software, software);
                writer.AddMessageIntegrity(id);
                writer.AddMessageIntegritySha256(id);
                writer.AddFingerprint();
                return writer.TryFinish(out int written)
                    && StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message)
                    && message.Class == (StunClass)messageClass
                    && message.Method == (StunMethod)method
                    && message.TransactionId == new StunTransactionId(id)
                    && message.TryGetMappedAddress(out IPEndPoint? readMapped) && readMapped.Equals(mapped)
                    && message.TryGetAddress(StunAttributeType.OtherAddress, out IPEndPoint? readOther)
                    && readOther.Equals(other)
                    && message.TryGetAttribute(StunAttributeType.Software, out ReadOnlySpan<byte> readSoftware)
                    && readSoftware.SequenceEqual(software)
                    && message.VerifyIntegrity(id) == StunIntegrity.Valid
                    && message.HasFingerprint;
            });
    }

    [Test]
    public void Every_small_attribute_is_read_back()
    {
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.ErrorResponse, StunMethod.Binding, Id);
        writer.AddErrorCode(438, "Stale Nonce"u8);
        writer.AddUnknownAttributes([1, 2, 3]);
        writer.AddChangeRequest(changeAddress: false, changePort: true);
        writer.AddResponsePort(4321);
        Assert.That(writer.TryFinish(out int written));
        Assert.That(StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message));

        Assert.That(message.TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason));
        Assert.That(code, Is.EqualTo(438));
        Assert.That(reason.SequenceEqual("Stale Nonce"u8));
        Span<ushort> unknown = stackalloc ushort[8];
        Assert.That(unknown[..message.CopyUnknownAttributes(unknown)].ToArray(), Is.EqualTo(new ushort[] { 1, 2, 3 }));
        Assert.That(message.TryGetChangeRequest(out bool address, out bool port));
        Assert.That((address, port), Is.EqualTo((false, true)));
        Assert.That(message.TryGetResponsePort(out ushort responsePort));
        Assert.That(responsePort, Is.EqualTo(4321));
    }

    [Test]
    public void A_writer_without_room_says_so_at_every_length_and_writes_nothing_beyond()
    {
        byte[] whole = Write(out int needed, 200);
        for (int room = 0; room <= needed; room++)
        {
            byte[] result = Write(out int written, room);
            Assert.That(written, Is.EqualTo(room == needed ? needed : 0));
            Assert.That(room < needed || result.AsSpan(0, needed).SequenceEqual(whole.AsSpan(0, needed)));
        }

        static byte[] Write(out int written, int room)
        {
            byte[] buffer = new byte[room];
            StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
            writer.Add(StunAttributeType.Username, "alice"u8);
            writer.AddAddress(StunAttributeType.XorMappedAddress, IPEndPoint.Parse("[2001:db8::1]:1"));
            writer.AddMessageIntegrity("key"u8);
            writer.AddFingerprint();
            writer.TryFinish(out written);
            return buffer;
        }
    }

    [Test]
    public void An_IPv4_mapped_address_is_written_and_read_as_IPv4()
    {
        byte[] buffer = new byte[64];
        StunWriter writer = new(buffer, StunClass.SuccessResponse, StunMethod.Binding, Id);
        writer.AddAddress(StunAttributeType.XorMappedAddress, IPEndPoint.Parse("[::ffff:192.0.2.7]:9"));

        Assert.That(writer.TryFinish(out int written));
        Assert.That(written, Is.EqualTo(32));
        Assert.That(StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(IPEndPoint.Parse("192.0.2.7:9")));
    }

    [Test]
    public void An_attribute_after_the_integrity_attribute_is_not_believed()
    {
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.SuccessResponse, StunMethod.Binding, Id);
        writer.AddMessageIntegrity("key"u8);
        writer.AddAddress(StunAttributeType.XorMappedAddress, IPEndPoint.Parse("192.0.2.66:6"));
        writer.Add((StunAttributeType)0x0024, [1]);
        Assert.That(writer.TryFinish(out int written));
        Assert.That(StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message));

        Assert.That(message.VerifyIntegrity("key"u8), Is.EqualTo(StunIntegrity.Valid));
        Assert.That(message.TryGetMappedAddress(out _), Is.False);
        Assert.That(message.CopyUnknownRequired(stackalloc ushort[2]), Is.Zero);
    }

    [Test]
    public void A_valid_SHA1_does_not_excuse_a_wrong_SHA256()
    {
        byte[] buffer = new byte[200];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.AddMessageIntegrity("right"u8);
        writer.AddMessageIntegritySha256("wrong"u8);
        Assert.That(writer.TryFinish(out int written));
        Assert.That(StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message));

        Assert.That(message.VerifyIntegrity("right"u8), Is.EqualTo(StunIntegrity.Invalid));
    }

    [TestCase(12, StunIntegrity.Invalid)]
    [TestCase(16, StunIntegrity.Valid)]
    [TestCase(18, StunIntegrity.Invalid)]
    [TestCase(28, StunIntegrity.Valid)]
    public void A_truncated_SHA256_is_valid_from_16_bytes_in_steps_of_four(int length, StunIntegrity expected)
    {
        // The hash covers the length field, so it is made for the truncated message and then put in.
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        byte[] hash = new byte[32];
        StunHmac.Compute(System.Security.Cryptography.HashAlgorithmName.SHA256, "key"u8, buffer.AsSpan(0, 20), length, hash);
        writer.Add(StunAttributeType.MessageIntegritySha256, hash.AsSpan(0, length));
        Assert.That(writer.TryFinish(out int written));
        Assert.That(StunMessage.TryRead(buffer.AsSpan(0, written), out StunMessage message));

        Assert.That(message.VerifyIntegrity("key"u8), Is.EqualTo(expected));
    }

    [TestCase("", TestName = "Nothing is not STUN")]
    [TestCase("000100002112a4426162636465666768696a6b", TestName = "A header cut short is not STUN")]
    [TestCase("400100002112a4426162636465666768696a6b6c", TestName = "A first byte above 3 is not STUN")]
    [TestCase("000100002112a4436162636465666768696a6b6c", TestName = "A wrong cookie is not STUN")]
    public void Other_traffic_is_told_apart(string hex)
    {
        byte[] datagram = Convert.FromHexString(hex);
        Assert.That(StunMessage.IsStun(datagram), Is.False);
        Assert.That(StunMessage.TryRead(datagram, out _), Is.False);
    }

    [TestCase("000100042112a4426162636465666768696a6b6c", TestName = "A length beyond the end is malformed")]
    [TestCase("000100002112a4426162636465666768696a6b6c00000000", TestName = "Bytes after the message are malformed")]
    [TestCase("000100022112a4426162636465666768696a6b6c0000", TestName = "A length that is no multiple of four is malformed")]
    [TestCase("000100042112a4426162636465666768696a6b6c80220001", TestName = "An attribute beyond the end is malformed")]
    [TestCase("000100042112a4426162636465666768696a6b6c8022ffff", TestName = "An attribute of 65535 bytes is malformed")]
    [TestCase("0001000c2112a4426162636465666768696a6b6c802800043f0724bd80220000", TestName = "A FINGERPRINT that is not last is malformed")]
    [TestCase("000100082112a4426162636465666768696a6b6c802800043f0724bc", TestName = "A wrong FINGERPRINT is malformed")]
    [TestCase("000100042112a4426162636465666768696a6b6c80280000", TestName = "An empty FINGERPRINT is malformed")]
    public void A_malformed_message_is_not_read(string hex)
    {
        byte[] datagram = Convert.FromHexString(hex);
        Assert.That(StunMessage.IsStun(datagram));
        Assert.That(StunMessage.TryRead(datagram, out _), Is.False);
    }
}
