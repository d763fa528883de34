using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class PacketCipherAllocationTests
{
    [TestCase(CipherSuite.ChaCha20Poly1305, 32, 12)]
    [TestCase(CipherSuite.Aes256Gcm, 32, 12)]
    [TestCase(CipherSuite.Aegis128L, 16, 16)]
    public void A_native_cipher_allocates_nothing_per_packet(CipherSuite suite, int keySize, int ivSize)
    {
        Assume.That(suite != CipherSuite.Aegis128L || Aegis128L.IsAvailable, "This system has no libsodium.");
        using PacketCipher cipher = PacketCipher.Create(suite, new byte[keySize], new byte[ivSize], AeadBackend.Platform);
        byte[] buffer = new byte[1200 + cipher.TagSize];
        for (int i = 0; i < 10; i++)
        {
            cipher.Seal(1, (ulong)i, "header"u8, buffer.AsSpan(0, 1200), buffer);
            cipher.TryOpen(1, (ulong)i, "header"u8, buffer, buffer.AsSpan(0, 1200));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 10; i < 1010; i++)
        {
            cipher.Seal(1, (ulong)i, "header"u8, buffer.AsSpan(0, 1200), buffer);
            cipher.TryOpen(1, (ulong)i, "header"u8, buffer, buffer.AsSpan(0, 1200));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000), "bytes for 1,000 packets both ways");
    }
}
