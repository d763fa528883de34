using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class CipherSuitesTests
{
    [TestCase(true, true, CipherSuite.Aes256Gcm)]
    [TestCase(true, false, CipherSuite.ChaCha20Poly1305)]
    [TestCase(false, true, CipherSuite.ChaCha20Poly1305)]
    [TestCase(false, false, CipherSuite.ChaCha20Poly1305)]
    public void AES_is_chosen_where_both_ends_have_its_instructions(bool initiator, bool responder, CipherSuite expected)
    {
        Assert.That(CipherSuites.TryChoose(CipherSuites.MakeOffer(initiator), responder, out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo(expected));
    }

    [TestCase(new byte[] { 2 }, CipherSuite.Aes256Gcm)]
    [TestCase(new byte[] { 1 }, CipherSuite.ChaCha20Poly1305)]
    [TestCase(new byte[] { 3, 200, 1 }, CipherSuite.ChaCha20Poly1305)]
    [TestCase(new byte[] { 0, 3, 2, 1, 1, 2 }, CipherSuite.Aes256Gcm)]
    public void Numbers_that_are_unknown_or_reserved_are_passed_over(byte[] offer, CipherSuite expected)
    {
        Assert.That(CipherSuites.TryChoose(offer, aesAccelerated: true, out CipherSuite chosen), Is.True);
        Assert.That(chosen, Is.EqualTo(expected));
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0, 3, 4, 255 })]
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
    [TestCase(CipherSuite.Aegis128L)]
    [TestCase((CipherSuite)77)]
    public void A_suite_that_is_not_implemented_makes_no_cipher(CipherSuite suite)
    {
        Assert.That(CipherSuites.IsUsable(suite), Is.False);
        Assert.Throws<ArgumentOutOfRangeException>(() => Aead.Create(suite, new byte[32]));
    }
}
