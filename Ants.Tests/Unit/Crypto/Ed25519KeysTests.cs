using Ants.Crypto.Primitives;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class Ed25519KeysTests
{
    [Test]
    public void The_X25519_forms_of_a_key_pair_belong_together_and_match_plain_integers() => Gen.Byte.Array[32].Sample(
        seed =>
        {
            byte[] edwards = new byte[32];
            byte[] secret = new byte[32];
            byte[] fromSecret = new byte[32];
            byte[] fromPublic = new byte[32];
            Ed25519Keys.DerivePublicKey(seed, edwards);
            Ed25519Keys.ToX25519Secret(seed, secret);
            Ed25519Keys.ToX25519Public(edwards, fromPublic);
            X25519Keys.DerivePublicKey(secret, fromSecret);
            return fromPublic.AsSpan().SequenceEqual(fromSecret)
                && fromPublic.AsSpan().SequenceEqual(EdwardsPoints.ToMontgomery(edwards));
        },
        iter: 200);

    [Test]
    public void A_key_and_its_negative_have_one_X25519_form()
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        Ed25519Keys.ToX25519Public(alice.Id.ToByteArray(), one);
        Ed25519Keys.ToX25519Public(EdwardsPoints.Negate(alice.Id.ToByteArray()), other);
        Assert.That(one, Is.EqualTo(other));
    }

    [Test]
    public void A_signature_is_of_one_message_by_one_key()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        byte[] signature = alice.Sign("text"u8);
        byte[] longer = [.. signature, 0];
        Assert.Multiple(() =>
        {
            Assert.That(alice.Id.Verify("text"u8, signature), Is.True);
            Assert.That(alice.Id.Verify("test"u8, signature), Is.False);
            Assert.That(bob.Id.Verify("text"u8, signature), Is.False);
            Assert.That(alice.Id.Verify("text"u8, longer), Is.False);
            Assert.That(alice.Id.Verify("text"u8, signature.AsSpan(1)), Is.False);
        });
    }
}
