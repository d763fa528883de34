using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class CipherSuitesTests
{
    // What each end has: 2 AEGIS and AES instructions, 1 AES instructions alone, 0 neither.
    [TestCase(2, 2, CipherSuite.Aegis128L)]
    [TestCase(2, 1, CipherSuite.Aes256Gcm)]
    [TestCase(1, 2, CipherSuite.Aes256Gcm)]
    [TestCase(1, 1, CipherSuite.Aes256Gcm)]
    [TestCase(2, 0, CipherSuite.ChaCha20Poly1305)]
    [TestCase(0, 2, CipherSuite.ChaCha20Poly1305)]
    [TestCase(1, 0, CipherSuite.ChaCha20Poly1305)]
    [TestCase(0, 1, CipherSuite.ChaCha20Poly1305)]
    [TestCase(0, 0, CipherSuite.ChaCha20Poly1305)]
    public void AES_is_chosen_where_both_ends_have_its_instructions(int initiator, int responder, CipherSuite expected)
    {
        byte[] offer = CipherSuites.MakeOffer(initiator > 0, initiator > 1), own = CipherSuites.MakeOffer(responder > 0, responder > 1);
        Assert.That(CipherSuites.TryChoose(offer, own, out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo(expected));
    }

    [TestCase(new byte[] { 2 }, CipherSuite.Aes256Gcm)]
    [TestCase(new byte[] { 1 }, CipherSuite.ChaCha20Poly1305)]
    [TestCase(new byte[] { 3 }, CipherSuite.Aegis128L)]
    [TestCase(new byte[] { 9, 200, 1 }, CipherSuite.ChaCha20Poly1305)]
    [TestCase(new byte[] { 0, 9, 2, 1, 1, 2 }, CipherSuite.Aes256Gcm)]
    public void Numbers_that_are_unknown_are_passed_over(byte[] offer, CipherSuite expected)
    {
        Assert.That(CipherSuites.TryChoose(offer, CipherSuites.MakeOffer(aesAccelerated: true, aegis: true), out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo(expected));
    }

    [Test]
    public void An_end_without_AES_instructions_speaks_it_to_a_peer_that_has_nothing_else()
    {
        Assert.That(CipherSuites.TryChoose([2], CipherSuites.MakeOffer(aesAccelerated: false, aegis: false), out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo(CipherSuite.Aes256Gcm));
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0, 9, 4, 255 })]
    public void Nothing_is_chosen_from_an_offer_without_a_known_suite(byte[] offer) =>
        Assert.That(CipherSuites.TryChoose(offer, out _), Is.False);

    [Test]
    public void This_machine_chooses_from_its_own_offer_and_all_it_offers_is_usable()
    {
        Assert.That(CipherSuites.TryChoose(CipherSuites.Offer, out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo((CipherSuite)CipherSuites.Offer[0]));
        Assert.That(CipherSuites.Offer.ToArray().All(static number => CipherSuites.IsUsable((CipherSuite)number)), Is.True);
    }

    [TestCase(CipherSuite.None)]
    [TestCase((CipherSuite)77)]
    public void A_suite_that_is_not_implemented_makes_no_cipher(CipherSuite suite)
    {
        Assert.That(CipherSuites.IsUsable(suite), Is.False);
        Assert.Throws<ArgumentOutOfRangeException>(() => Aead.Create(suite, new byte[32]));
    }
}
