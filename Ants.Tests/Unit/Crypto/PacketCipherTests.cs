using Ants.Crypto;
using Ants.Crypto.Primitives;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

/// <summary>Packet protection for every suite, in each implementation.</summary>
[TestFixture(CipherSuite.ChaCha20Poly1305, AeadBackend.Platform)]
[TestFixture(CipherSuite.ChaCha20Poly1305, AeadBackend.Managed)]
[TestFixture(CipherSuite.Aes256Gcm, AeadBackend.Platform)]
[TestFixture(CipherSuite.Aes256Gcm, AeadBackend.Managed)]
[TestFixture(CipherSuite.Aegis128L, AeadBackend.Best)]
internal sealed class PacketCipherTests(CipherSuite suite, AeadBackend backend)
{
    private readonly byte[] _key = [.. Enumerable.Range(0, suite == CipherSuite.Aegis128L ? 16 : 32).Select(static i => (byte)i)];
    private readonly byte[] _iv = [.. Enumerable.Range(100, suite == CipherSuite.Aegis128L ? 16 : 12).Select(static i => (byte)i)];

    private static readonly Gen<(uint PathId, ulong Number, byte[] Header, byte[] Text)> AnyPacket =
        Gen.Select(Gen.UInt, Gen.ULong, Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 1500]);

    [Test]
    public void A_packet_opens_to_what_was_sealed() => AnyPacket.Sample(packet =>
    {
        using PacketCipher cipher = Create();
        byte[] sealedBytes = Seal(cipher, packet.PathId, packet.Number, packet.Header, packet.Text);
        byte[] opened = new byte[packet.Text.Length];
        return cipher.TryOpen(packet.PathId, packet.Number, packet.Header, sealedBytes, opened)
            && opened.AsSpan().SequenceEqual(packet.Text);
    });

    [OneTimeSetUp]
    public void NeedTheSuite() => Assume.That(suite != CipherSuite.Aegis128L || Aegis128L.IsAvailable, "This system has no libsodium.");

    [Test]
    public void The_other_implementation_seals_the_same_bytes() => AnyPacket.Sample(packet =>
    {
        using PacketCipher cipher = Create();
        using PacketCipher other = Create(backend == AeadBackend.Platform ? AeadBackend.Managed : AeadBackend.Platform);
        return Seal(cipher, packet.PathId, packet.Number, packet.Header, packet.Text).AsSpan()
            .SequenceEqual(Seal(other, packet.PathId, packet.Number, packet.Header, packet.Text));
    });

    [Test]
    public void A_packet_is_sealed_and_opened_in_place() => AnyPacket.Sample(packet =>
    {
        using PacketCipher cipher = Create();
        using PacketCipher other = Create();
        byte[] buffer = [.. packet.Text, .. new byte[cipher.TagSize]];
        Span<byte> text = buffer.AsSpan(0, packet.Text.Length);
        cipher.Seal(packet.PathId, packet.Number, packet.Header, text, buffer);
        return buffer.AsSpan().SequenceEqual(Seal(other, packet.PathId, packet.Number, packet.Header, packet.Text))
            && cipher.TryOpen(packet.PathId, packet.Number, packet.Header, buffer, text)
            && text.SequenceEqual(packet.Text);
    });

    [Test]
    public void A_change_in_any_byte_is_refused_and_leaves_no_plaintext()
    {
        using PacketCipher cipher = Create();
        byte[] text = [.. "some text of a packet"u8];
        byte[] header = [1, 2, 3];
        byte[] sealedBytes = Seal(cipher, 1, 2, header, text);
        for (int i = 0; i < sealedBytes.Length + header.Length; i++)
        {
            byte[] changed = [.. sealedBytes];
            byte[] changedHeader = [.. header];
            (i < sealedBytes.Length ? changed : changedHeader)[i % sealedBytes.Length] ^= 0x10;
            byte[] opened = new byte[text.Length];
            Assert.That(cipher.TryOpen(1, 2, changedHeader, changed, opened), Is.False, $"byte {i}");
            Assert.That(opened, Is.All.Zero);
        }
    }

    [Test]
    public void Another_path_number_or_header_is_refused()
    {
        using PacketCipher cipher = Create();
        byte[] opened = new byte[4];
        byte[] sealedBytes = Seal(cipher, 1, 2, [7], [1, 2, 3, 4]);
        Assert.Multiple(() =>
        {
            Assert.That(cipher.TryOpen(2, 2, [7], sealedBytes, opened), Is.False);
            Assert.That(cipher.TryOpen(1, 3, [7], sealedBytes, opened), Is.False);
            Assert.That(cipher.TryOpen(1, 2 + (1UL << 32), [7], sealedBytes, opened), Is.False);
            Assert.That(cipher.TryOpen(1, 2, [], sealedBytes, opened), Is.False);
            Assert.That(cipher.TryOpen(1, 2, [7], sealedBytes, opened), Is.True);
        });
    }

    [Test]
    public void What_is_shorter_than_a_tag_is_refused()
    {
        using PacketCipher cipher = Create();
        for (int length = 0; length < cipher.TagSize; length++)
        {
            Assert.That(cipher.TryOpen(1, 2, [], new byte[length], []), Is.False, $"{length} bytes");
        }
    }

    [Test]
    public void A_destination_of_another_length_is_the_callers_mistake()
    {
        using PacketCipher cipher = Create();
        Assert.Throws<ArgumentException>(() => cipher.Seal(1, 2, [], new byte[4], new byte[3 + cipher.TagSize]));
        Assert.Throws<ArgumentException>(() => cipher.TryOpen(1, 2, [], new byte[4 + cipher.TagSize], new byte[3]));
    }

    private static byte[] Seal(PacketCipher cipher, uint pathId, ulong number, byte[] header, byte[] text)
    {
        byte[] sealedBytes = new byte[text.Length + cipher.TagSize];
        cipher.Seal(pathId, number, header, text, sealedBytes);
        return sealedBytes;
    }

    private PacketCipher Create() => Create(backend);

    private PacketCipher Create(AeadBackend chosen) => PacketCipher.Create(suite, _key, _iv, chosen);
}
