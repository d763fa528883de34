using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>How AEGIS-128L protects packets; published values of it are in <see cref="SuiteVectors"/>.</summary>
internal sealed class AegisTests
{
    private static readonly byte[] s_key = Convert.FromHexString("10010000000000000000000000000000");

    [SetUp]
    public void NeedTheLibrary() => Assume.That(Aegis128L.IsAvailable, "This system has no libsodium.");

    [Test]
    public void A_packets_nonce_is_its_path_and_number_at_the_end_of_sixteen_bytes()
    {
        byte[] iv = [.. Enumerable.Range(200, 16).Select(static i => (byte)i)];
        using PacketCipher cipher = PacketCipher.Create(CipherSuite.Aegis128L, s_key, iv, AeadBackend.Best);
        byte[] sealedBytes = new byte[2 + Aegis128L.TagSize];
        cipher.Seal(0x01020304, 0x05060708090a0b0c, [9], [1, 2], sealedBytes);

        byte[] nonce = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        byte[] expected = new byte[sealedBytes.Length];
        Aegis128L.Seal(s_key, [.. nonce.Zip(iv, static (a, b) => (byte)(a ^ b))], [9], [1, 2], expected);
        Assert.That(sealedBytes, Is.EqualTo(expected));
    }
}
