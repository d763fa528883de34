using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class AgentIdTests
{
    // The did:key method's own example of an Ed25519 key.
    private const string Known = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    private const string KnownHex = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6";

    [Test]
    public void The_example_of_the_did_key_specification_is_read_and_written()
    {
        AgentId id = AgentId.Parse(Known);
        Assert.Multiple(() =>
        {
            Assert.That(Convert.ToHexStringLower(id.ToByteArray()), Is.EqualTo(KnownHex));
            Assert.That(id.ToString(), Is.EqualTo(Known));
            Assert.That(AgentId.Parse("did:key:" + Known), Is.EqualTo(id));
            Assert.That(id.ToShortString(), Is.EqualTo("z6MkhaXgBZDv"));
            Assert.That($"{id}", Is.EqualTo(Known));
        });
    }

    [Test]
    public void Every_key_survives_its_text_and_its_bytes() => Gen.Byte.Array[32].Sample(
        seed =>
        {
            using AgentIdentity identity = AgentIdentity.FromSeed(seed);
            string text = identity.Id.ToString();
            return AgentId.Parse(text) == identity.Id
                && AgentId.TryFromBytes(identity.Id.ToByteArray(), out AgentId read) && read == identity.Id
                && text.StartsWith("z6Mk", StringComparison.Ordinal) && text.Length == 48;
        },
        iter: 200);

    [TestCase("", "empty")]
    [TestCase("did:key:", "empty")]
    [TestCase("6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "does not start with 'z'")]
    [TestCase("did:web:example.org", "does not start with 'z'")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do0", "'0' is not base58")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do", "Ed25519")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doKK", "too long")]
    [TestCase("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "too long")]
    [TestCase("z1", "too short")]
    [TestCase("z", "too short")]
    [TestCase("z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "another kind of key")]
    [TestCase(" z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "does not start with 'z'")]
    public void Malformed_text_is_refused_with_what_is_wrong_and_what_is_accepted(string text, string expected)
    {
        FormatException? refusal = Assert.Throws<FormatException>(() => AgentId.Parse(text));
        Assert.Multiple(() =>
        {
            Assert.That(refusal!.Message, Does.Contain(expected).And.Contain("z6Mk... (48 characters) or did:key:z6Mk..."));
            Assert.That(AgentId.TryParse(text, out AgentId id), Is.False);
            Assert.That(id.IsNone, Is.True);
        });
    }

    [Test]
    public void No_text_is_ever_more_than_a_refusal() => Gen.String.Sample(text =>
    {
        Assert.That(AgentId.TryParse(text, null, out _), Is.False);
        Assert.That(AgentId.TryParse("z" + text, null, out _), Is.False);
    });

    [Test]
    public void Null_text_is_not_an_id() => Assert.That(AgentId.TryParse(null, out _), Is.False);

    // Every canonical encoding of a point of order 1, 2, 4 or 8.
    [TestCase("0100000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("0000000000000000000000000000000000000000000000000000000000000080")]
    [TestCase("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [TestCase("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [TestCase("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [TestCase("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    public void Points_of_small_order_are_refused(string hex) =>
        Assert.That(AgentId.TryFromBytes(Convert.FromHexString(hex), out _), Is.False);

    [Test]
    public void Points_of_mixed_order_are_refused() => Gen.Byte.Array[32].Sample(
        seed =>
        {
            using AgentIdentity identity = AgentIdentity.FromSeed(seed);
            byte[] key = identity.Id.ToByteArray();
            return !AgentId.TryFromBytes(EdwardsPoints.AddOrderTwo(key), out _)
                && AgentId.TryFromBytes(EdwardsPoints.Negate(key), out _);
        },
        iter: 50);

    [Test]
    public void Encodings_that_are_not_canonical_are_refused([Range(0, 18)] int y) =>
        Assert.That(AgentId.TryFromBytes(EdwardsPoints.AddFieldPrime(y), out _), Is.False);

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public void Bytes_of_another_length_are_refused(int length) =>
        Assert.That(AgentId.TryFromBytes(new byte[length], out _), Is.False);

    [Test]
    public void Ids_are_ordered_by_their_bytes()
    {
        AgentId[] ids = [.. Enumerable.Range(1, 60).Select(static i =>
        {
            using AgentIdentity identity = Agents.FromByte((byte)i);
            return identity.Id;
        })];
        AgentId[] byText = [.. ids.OrderBy(static id => Convert.ToHexString(id.ToByteArray()), StringComparer.Ordinal)];
        Assert.That(ids.Order(), Is.EqualTo(byText));
        Assert.That(byText[0] < byText[1] && byText[1] >= byText[0], Is.True);
    }

    [Test]
    public void The_default_is_none_and_verifies_nothing()
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.Multiple(() =>
        {
            Assert.That(default(AgentId).IsNone, Is.True);
            Assert.That(default(AgentId).ToString(), Is.EqualTo("none"));
            Assert.That(default(AgentId).Verify("text"u8, alice.Sign("text"u8)), Is.False);
            Assert.That(default(AgentId), Is.Not.EqualTo(alice.Id));
        });
    }

    [Test]
    public void A_text_is_not_formatted_into_a_destination_that_is_too_short()
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.That(alice.Id.TryFormat(new char[47], out int written, default, null), Is.False);
        Assert.That(written, Is.Zero);
    }

    [Test]
    public void A_relay_id_has_the_text_of_its_key_and_converts_to_it()
    {
        RelayId relay = RelayId.Parse(Known);
        AgentId key = relay;
        Assert.Multiple(() =>
        {
            Assert.That(relay.ToString(), Is.EqualTo(Known));
            Assert.That(key, Is.EqualTo(AgentId.Parse(Known)));
            Assert.That((RelayId)key, Is.EqualTo(relay));
            Assert.That(RelayId.TryParse("z1", out _, out string? reason) ? null : reason, Does.Contain("too short"));
        });
    }
}
