using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>Published values of draft-irtf-cfrg-aegis-aead, appendix A.2 (AEGIS-128L, 256-bit tags).</summary>
internal sealed class AegisTests
{
    private static readonly byte[] s_key = Convert.FromHexString("10010000000000000000000000000000");
    private static readonly byte[] s_nonce = Convert.FromHexString("10000200000000000000000000000000");

    [SetUp]
    public void NeedTheLibrary() => Assume.That(Aegis128L.IsAvailable, "This system has no libsodium.");

    [TestCase("", "00000000000000000000000000000000",
        "c1c0e58bd913006feba00f4b3cc3594e25835bfbb21632176cf03840687cb968cace4617af1bd0f7d064c639a5c79ee4")]
    [TestCase("", "", "1360dc9db8ae42455f6e5b6a9d488ea4f2184c4e12120249335c4ee84bafe25d")]
    [TestCase("0001020304050607", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "79d94593d8c2119d7e8fd9b8fc77845c5c077a05b2528b6ac54b563aed8efe84022cb796fe7e0ae1197525ff67e309484cfbab6528ddef89f17d74ef8ecd82b3")]
    public void The_drafts_vectors_come_out(string associated, string message, string expected)
    {
        byte[] ad = Convert.FromHexString(associated), text = Convert.FromHexString(message), wanted = Convert.FromHexString(expected);
        byte[] given = new byte[text.Length + Aegis128L.TagSize];
        Aegis128L.Seal(s_key, s_nonce, ad, text, given);
        Assert.That(given, Is.EqualTo(wanted));

        byte[] opened = new byte[text.Length];
        Assert.That(Aegis128L.TryOpen(s_key, s_nonce, ad, wanted, opened), Is.True);
        Assert.That(opened, Is.EqualTo(text));
        wanted[^1] ^= 1;
        Assert.That(Aegis128L.TryOpen(s_key, s_nonce, ad, wanted, opened), Is.False);
    }

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
