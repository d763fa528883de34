using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class PacketCipherAllocationTests
{
    [TestCase(CipherSuite.ChaCha20Poly1305)]
    [TestCase(CipherSuite.Aes256Gcm)]
    public void The_platforms_cipher_allocates_nothing_per_packet(CipherSuite suite)
    {
        using PacketCipher cipher = PacketCipher.Create(suite, new byte[32], new byte[12], AeadBackend.Platform);
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
