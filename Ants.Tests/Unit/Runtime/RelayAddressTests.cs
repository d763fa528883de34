using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class RelayAddressTests
{
    internal const string Id = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd";

    [TestCase("ants://relay.example/#" + Id, "relay.example", 443)]
    [TestCase("ants://relay.example:443/#" + Id, "relay.example", 443)]
    [TestCase("ants://relay.example#" + Id, "relay.example", 443)]
    [TestCase("ANTS://Relay.EXAMPLE:8443/#" + Id, "relay.example", 8443)]
    [TestCase("ants://203.0.113.1:4433/#" + Id, "203.0.113.1", 4433)]
    [TestCase("ants://[2001:DB8:0::1]:4433/#" + Id, "[2001:db8::1]", 4433)]
    [TestCase("ants://[2001:db8::1]/#" + Id, "[2001:db8::1]", 443)]
    [TestCase("ants://relay_1/#" + Id, "relay_1", 443)]
    public void Reads_host_port_and_key(string text, string host, int port)
    {
        RelayAddress address = RelayAddress.Parse(text);

        Assert.Multiple(() =>
        {
            Assert.That(address.Host, Is.EqualTo(host));
            Assert.That(address.Port, Is.EqualTo(port));
            Assert.That(address.Id, Is.EqualTo(RelayId.Parse(Id)));
        });
    }

    [Test]
    public void Reads_an_address_without_a_key()
    {
        Assert.That(RelayAddress.Parse("ants://relay.example").Id, Is.Null);
    }

    [TestCase("ants://Relay.Example:443#" + Id, "ants://relay.example/#" + Id)]
    [TestCase("ants://127.0.0.1:4433/#" + Id, "ants://127.0.0.1:4433/#" + Id)]
    [TestCase("ants://[2001:db8:0:0::1]:4433/#" + Id, "ants://[2001:db8::1]:4433/#" + Id)]
    [TestCase("ants://relay.example", "ants://relay.example/")]
    public void Has_one_canonical_text_that_reads_back_equal(string text, string canonical)
    {
        RelayAddress address = RelayAddress.Parse(text);

        Assert.Multiple(() =>
        {
            Assert.That(address.ToString(), Is.EqualTo(canonical));
            Assert.That(RelayAddress.Parse(canonical), Is.EqualTo(address));
            Assert.That(RelayAddress.Parse(canonical).GetHashCode(), Is.EqualTo(address.GetHashCode()));
        });
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("relay.example")]
    [TestCase("https://relay.example/#" + Id)]
    [TestCase("ants:relay.example/#" + Id)]
    [TestCase("ants:///#" + Id)]
    [TestCase("ants://:443/#" + Id)]
    [TestCase("ants://relay.example:0/#" + Id)]
    [TestCase("ants://relay.example:65536/#" + Id)]
    [TestCase("ants://relay.example:/#" + Id)]
    [TestCase("ants://relay.example:+1/#" + Id)]
    [TestCase("ants://relay.example/path#" + Id)]
    [TestCase("ants://relay.example/?a=b#" + Id)]
    [TestCase("ants://user@relay.example/#" + Id)]
    [TestCase("ants://relay..example/#" + Id)]
    [TestCase("ants://-relay.example/#" + Id)]
    [TestCase("ants://relay example/#" + Id)]
    [TestCase("ants://bücher.example/#" + Id)]
    [TestCase("ants://10.1/#" + Id)]
    [TestCase("ants://256.1.1.1/#" + Id)]
    [TestCase("ants://010.1.1.1/#" + Id)]
    [TestCase("ants://2001:db8::1/#" + Id)]
    [TestCase("ants://[fe80::1%25eth0]/#" + Id)]
    [TestCase("ants://[2001:db8::1/#" + Id)]
    [TestCase("ants://[]/#" + Id)]
    [TestCase("ants://relay.example/#")]
    [TestCase("ants://relay.example/#z6Mk")]
    [TestCase("ants://relay.example/#" + Id + "x")]
    public void Refuses_what_is_not_an_address_in_one_line_that_says_what_is_accepted(string? text)
    {
        bool parsed = RelayAddress.TryParse(text, out RelayAddress? address, out string? problem);

        Assert.Multiple(() =>
        {
            Assert.That(parsed, Is.False);
            Assert.That(address, Is.Null);
            Assert.That(problem, Does.Contain("Accepted: ants://").And.Not.Contain("\n"));
        });
    }

    [Test]
    public void Shows_foreign_text_without_its_line_ends_and_not_at_any_length()
    {
        bool parsed = RelayAddress.TryParse("ants://a\r\nb" + new string('x', 100_000), out _, out string? problem);

        Assert.That(parsed, Is.False);
        Assert.That(problem, Has.Length.LessThan(400).And.Not.Contain("\n").And.Not.Contain("\r"));
    }

    [Test]
    public void Is_made_from_parts_with_or_without_brackets()
    {
        RelayId id = RelayId.Parse(Id);

        Assert.Multiple(() =>
        {
            Assert.That(new RelayAddress("2001:db8::1", 4433, id), Is.EqualTo(new RelayAddress("[2001:DB8::1]", 4433, id)));
            Assert.That(() => new RelayAddress("a b"), Throws.ArgumentException.With.Message.Contain("'a b' is not a host"));
            Assert.That(() => new RelayAddress("relay.example", 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Differs_by_host_port_and_key()
    {
        RelayAddress address = RelayAddress.Parse("ants://relay.example/#" + Id);

        Assert.Multiple(() =>
        {
            Assert.That(address == RelayAddress.Parse("ants://relay.example/#" + Id), Is.True);
            Assert.That(address != RelayAddress.Parse("ants://other.example/#" + Id), Is.True);
            Assert.That(address != RelayAddress.Parse("ants://relay.example:444/#" + Id), Is.True);
            Assert.That(address != RelayAddress.Parse("ants://relay.example/"), Is.True);
        });
    }
}
