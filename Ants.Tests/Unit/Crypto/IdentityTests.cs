using System.Text;
using Ants.Crypto.Identities;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class IdentityTests
{
    // The least that a reader accepts, so that tests are quick.
    private static readonly Argon2Cost Quick = Argon2Cost.Least;

    [Test]
    public void A_plain_file_is_read_back()
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] file = alice.Export();
        using AgentIdentity read = AgentIdentity.Import(file);
        Assert.Multiple(() =>
        {
            Assert.That(read.Id, Is.EqualTo(alice.Id));
            Assert.That(alice.Id.Verify("text"u8, read.Sign("text"u8)), Is.True);
            Assert.That(Encoding.ASCII.GetString(file), Does.StartWith("-----BEGIN ANTS IDENTITY-----\n").And.EndsWith("-----END ANTS IDENTITY-----\n"));
        });
    }

    [Test]
    public void A_sealed_file_opens_with_its_passphrase_alone()
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] file = alice.Export("open ameise", Quick);
        using AgentIdentity read = AgentIdentity.Import(file, "open ameise");
        Assert.Multiple(() =>
        {
            Assert.That(read.Id, Is.EqualTo(alice.Id));
            Assert.That(Fault(file, "open sesame"), Is.EqualTo(IdentityFileFault.WrongPassphrase));
            Assert.That(Fault(file, null), Is.EqualTo(IdentityFileFault.PassphraseNeeded));
            Assert.That(Fault(file, string.Empty), Is.EqualTo(IdentityFileFault.PassphraseNeeded));
        });
    }

    [Test]
    public void The_default_cost_seals_and_opens()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity read = AgentIdentity.Import(alice.Export("pass"), "pass");
        Assert.That(read.Id, Is.EqualTo(alice.Id));
    }

    [Test]
    public void Two_sealed_files_of_one_identity_have_nothing_secret_in_common()
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.That(alice.Export("pass", Quick), Is.Not.EqualTo(alice.Export("pass", Quick)));
    }

    [Test]
    public void An_empty_passphrase_is_refused_when_writing()
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.Throws<ArgumentException>(() => alice.Export(string.Empty));
    }

    [TestCase(18 * 1024, 2, 1)]
    [TestCase(19 * 1024, 1, 1)]
    [TestCase(19 * 1024, 2, 0)]
    [TestCase(513 * 1024, 2, 1)]
    [TestCase(19 * 1024, 17, 1)]
    [TestCase(19 * 1024, 2, 5)]
    [TestCase(int.MaxValue, int.MaxValue, 255)]
    [TestCase(-1, -1, 1)]
    public void A_file_that_asks_for_an_unacceptable_cost_is_refused_before_any_work(int memoryKiB, int passes, int lanes)
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] body = Body(alice.Export("pass", Quick));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(34), memoryKiB);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(38), passes);
        body[42] = (byte)lanes;
        Assert.That(Fault(File(body), "pass"), Is.EqualTo(IdentityFileFault.UnacceptableCost));
    }

    [TestCase("")]
    [TestCase("garbage")]
    [TestCase("-----BEGIN ANTS IDENTITY-----\n-----END ANTS IDENTITY-----\n")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [TestCase("-----BEGIN ANTS IDENTITY-----\nAQ==\n-----END ANTS IDENTITY-----\n")]
    public void What_is_no_identity_file_is_called_so(string text)
    {
        IdentityFormatException? refusal =
            Assert.Throws<IdentityFormatException>(() => AgentIdentity.Import(Encoding.UTF8.GetBytes(text)));
        Assert.That(refusal!.Fault, Is.EqualTo(IdentityFileFault.Malformed));
        Assert.That(refusal.Message, Does.StartWith("This is not an ANTS identity file: ").And.Not.Contain("\n"));
    }

    [Test]
    public void A_file_larger_than_any_of_ours_is_not_looked_at() =>
        Assert.That(Fault(new byte[global::Ants.Crypto.Identities.IdentityFile.MaxFileSize + 1], null), Is.EqualTo(IdentityFileFault.Malformed));

    [TestCase(0, 2, IdentityFileFault.UnknownVersion)]
    [TestCase(1, 7, IdentityFileFault.UnknownVersion)]
    [TestCase(2, 1, IdentityFileFault.Malformed)]
    [TestCase(40, 1, IdentityFileFault.Malformed)]
    public void A_changed_byte_of_a_plain_file_is_noticed(int index, byte change, IdentityFileFault expected)
    {
        using AgentIdentity alice = Agents.Alice();
        byte[] body = Body(alice.Export());
        body[index] ^= change;
        Assert.That(Fault(File(body), null), Is.EqualTo(expected));
    }

    [Test]
    public void A_file_that_is_cut_short_is_malformed([Values(34, 60, 65)] int length)
    {
        using AgentIdentity alice = Agents.Alice();
        Assert.That(Fault(File(Body(alice.Export())[..length]), null), Is.EqualTo(IdentityFileFault.Malformed));
    }

    [Test]
    public void The_sealed_part_is_bound_to_the_agent_it_names()
    {
        using AgentIdentity alice = Agents.Alice();
        using AgentIdentity bob = Agents.Bob();
        byte[] body = Body(alice.Export("pass", Quick));
        bob.Id.CopyTo(body.AsSpan(2));
        Assert.That(Fault(File(body), "pass"), Is.EqualTo(IdentityFileFault.WrongPassphrase));
    }

    [Test]
    public void A_disposed_identity_signs_nothing_and_gives_nothing_away()
    {
        AgentIdentity alice = Agents.Alice();
        alice.Dispose();
        Assert.Multiple(() =>
        {
            Assert.Throws<ObjectDisposedException>(() => alice.Sign("text"u8));
            Assert.Throws<ObjectDisposedException>(() => alice.Export());
            Assert.Throws<ObjectDisposedException>(() => _ = alice.X25519Secret.Length);
        });
    }

    [Test]
    public void Generated_identities_differ_and_seeds_of_another_length_are_refused()
    {
        using AgentIdentity one = AgentIdentity.Generate();
        using AgentIdentity two = AgentIdentity.Generate();
        Assert.That(one.Id, Is.Not.EqualTo(two.Id));
        Assert.Throws<ArgumentException>(() => AgentIdentity.FromSeed(new byte[31]));
    }

    private static IdentityFileFault? Fault(byte[] file, string? passphrase) =>
        Assert.Throws<IdentityFormatException>(() => AgentIdentity.Import(file, passphrase))?.Fault;

    private static byte[] Body(byte[] file) =>
        Convert.FromBase64String(string.Concat(Encoding.ASCII.GetString(file).Split('\n').Where(static line => !line.StartsWith('-'))));

    private static byte[] File(byte[] body) => Encoding.ASCII.GetBytes(
        $"-----BEGIN ANTS IDENTITY-----\n{Convert.ToBase64String(body)}\n-----END ANTS IDENTITY-----\n");
}
