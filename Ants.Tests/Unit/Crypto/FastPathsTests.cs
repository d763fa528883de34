using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

/// <summary>How fast paths are forced off, and that the ciphers obey. That sockets and sessions do: Unit/Runtime/FastPathUseTests.</summary>
internal sealed class FastPathsTests
{
    [TestCase(null, "")]
    [TestCase("", "")]
    [TestCase("0", "")]
    [TestCase(" , ", "")]
    [TestCase("1", "Sockets Aegis Ciphers Writes Wakes PacketSize Forwarding")]
    [TestCase("all", "Sockets Aegis Ciphers Writes Wakes PacketSize Forwarding")]
    [TestCase("sockets", "Sockets")]
    [TestCase("Aegis, WRITES", "Aegis Writes")]
    [TestCase("packetsize,ciphers", "Ciphers PacketSize")]
    [TestCase("socket", "Sockets Aegis Ciphers Writes Wakes PacketSize Forwarding", Description = "mistyped")]
    [TestCase("aegis,0", "Sockets Aegis Ciphers Writes Wakes PacketSize Forwarding", Description = "contradictory")]
    public void A_list_of_names_forces_these_off_and_any_other_word_all(string? value, string off) =>
        Assert.That(string.Join(' ', Enum.GetValues<FastPath>().Where(path => FastPaths.Forbids(value, path))), Is.EqualTo(off));

    [Test]
    public void A_process_started_without_the_variable_forces_nothing_off_and_one_with_it_what_it_names()
    {
        string? value = Environment.GetEnvironmentVariable(FastPaths.Variable);
        Assert.That(
            Enum.GetValues<FastPath>().Where(path => !FastPaths.Allow(path)),
            Is.EqualTo(Enum.GetValues<FastPath>().Where(path => FastPaths.Forbids(value, path))));
    }

    [Test]
    public void AEGIS_is_offered_first_where_libsodium_and_AES_instructions_are_and_never_when_forced_off()
    {
        bool allowed = FastPaths.Allow(FastPath.Aegis);
        bool accelerated = CipherSuites.Offer[0] != (byte)CipherSuite.ChaCha20Poly1305;
        Assert.That(CipherSuites.Offer[0] == (byte)CipherSuite.Aegis128L, Is.EqualTo(allowed && accelerated && Aegis128L.IsAvailable));
        Assert.That(CipherSuites.IsUsable(CipherSuite.Aegis128L), Is.EqualTo(allowed && accelerated && Aegis128L.IsAvailable), "nor is it taken from a peer");
    }

    [TestCase(CipherSuite.Aes256Gcm)]
    [TestCase(CipherSuite.ChaCha20Poly1305)]
    public void The_platforms_ciphers_are_used_where_it_has_them_and_never_when_forced_off(CipherSuite suite)
    {
        bool present = suite == CipherSuite.Aes256Gcm
            ? System.Security.Cryptography.AesGcm.IsSupported
            : System.Security.Cryptography.ChaCha20Poly1305.IsSupported;
        using Aead aead = Aead.Create(suite, new byte[Aead.KeySize]);
        Assert.That(aead, present && FastPaths.Allow(FastPath.Ciphers) ? Is.TypeOf<PlatformAead>() : Is.TypeOf<ManagedAead>());
    }
}
