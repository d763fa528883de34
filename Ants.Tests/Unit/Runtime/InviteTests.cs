using System.Net;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class InviteTests
{
    private const string Id = RelayAddressTests.Id;

    private static readonly Gen<RelayAddress> s_relay =
        from label in Gen.Char['a', 'z'].Array[1, 12]
        from port in Gen.Int[1, 65535]
        from hasId in Gen.Bool
        select new RelayAddress(new string(label) + ".example", port, hasId ? RelayId.Parse(Id) : null);

    private static readonly Gen<IPEndPoint> s_direct =
        from v6 in Gen.Bool
        from bytes in Gen.Byte.Array[16]
        from port in Gen.Int[1, 65535]
        select new IPEndPoint(v6 ? new IPAddress([0x20, 0x01, .. bytes[2..]]) : new IPAddress([10, .. bytes[1..4]]), port);

    [Test]
    public void Any_invite_reads_back_from_its_text()
    {
        Gen<Invite> any =
            from relays in s_relay.Array[0, Invite.MaxHints]
            from direct in s_direct.Array[0, Invite.MaxHints]
            select new Invite(AgentId.Parse(Id), relays, direct);

        any.Sample(invite => Invite.Parse(invite.ToString()).Equals(invite));
    }

    [Test]
    public void Is_written_as_a_uri_with_percent_encoded_hints()
    {
        Invite invite = new(
            AgentId.Parse(Id),
            [RelayAddress.Parse("ants://203.0.113.1:4433/#" + Id)],
            [IPEndPoint.Parse("198.51.100.7:41641"), IPEndPoint.Parse("[2001:db8::7]:41641")]);

        Assert.That(invite.ToString(), Is.EqualTo(
            $"ants:{Id}?relay=ants%3A%2F%2F203.0.113.1%3A4433%2F%23{Id}&direct=198.51.100.7:41641&direct=%5B2001:db8::7%5D:41641"));
    }

    [TestCase(Id)]
    [TestCase("did:key:" + Id)]
    [TestCase("ants:" + Id)]
    [TestCase("ants:" + Id + "?")]
    [TestCase("ants:" + Id + "?later=1&other")]
    public void A_bare_id_and_unknown_parameters_make_an_invite_without_hints(string text)
    {
        Assert.That(Invite.Parse(text), Is.EqualTo(new Invite(AgentId.Parse(Id))));
    }

    [Test]
    public void Reads_a_direct_address_whose_brackets_were_left_as_they_are()
    {
        Invite invite = Invite.Parse($"ants:{Id}?direct=[2001:db8::7]:41641");

        Assert.That(invite.DirectAddresses, Is.EqualTo(new[] { IPEndPoint.Parse("[2001:db8::7]:41641") }));
    }

    [TestCase("")]
    [TestCase("ants:")]
    [TestCase("ants:bob")]
    [TestCase(Id + "?direct=198.51.100.7:1")]
    [TestCase("ants:" + Id + "?relay=relay.example")]
    [TestCase("ants:" + Id + "?relay")]
    [TestCase("ants:" + Id + "?direct=198.51.100.7")]
    [TestCase("ants:" + Id + "?direct=198.51.100.7:0")]
    [TestCase("ants:" + Id + "?direct=198.51.100.7:65536")]
    [TestCase("ants:" + Id + "?direct=0.0.0.0:1")]
    [TestCase("ants:" + Id + "?direct=224.0.0.1:1")]
    [TestCase("ants:" + Id + "?direct=255.255.255.255:1")]
    [TestCase("ants:" + Id + "?direct=[ff02::1]:1")]
    [TestCase("ants:" + Id + "?direct=[::ffff:224.0.0.1]:1")]
    [TestCase("ants:" + Id + "?direct=host.example:1")]
    [TestCase("ants:" + Id + "?direct=1:1")]
    public void Refuses_what_is_not_an_invite_in_one_line_that_says_what_is_accepted(string text)
    {
        bool parsed = Invite.TryParse(text, out Invite? invite, out string? problem);

        Assert.Multiple(() =>
        {
            Assert.That(parsed, Is.False);
            Assert.That(invite, Is.Null);
            Assert.That(problem, Does.Contain("Accepted: an id (z6Mk...)").And.Not.Contain("\n"));
        });
    }

    [Test]
    public void Refuses_more_hints_than_eight_of_a_kind()
    {
        string directs = string.Join('&', Enumerable.Range(1, 9).Select(i => $"direct=198.51.100.{i}:1"));
        string relays = string.Join('&', Enumerable.Range(1, 9).Select(i => $"relay=ants://r{i}.example/"));

        Assert.Multiple(() =>
        {
            Assert.That(Invite.TryParse($"ants:{Id}?{directs}", out _), Is.False);
            Assert.That(Invite.TryParse($"ants:{Id}?{relays}", out _), Is.False);
        });
    }

    [Test]
    public void Refuses_a_text_of_any_length_beyond_its_limit()
    {
        Assert.That(Invite.TryParse($"ants:{Id}?later={new string('x', 5000)}", out _), Is.False);
    }

    [Test]
    public void Reading_arbitrary_text_never_throws()
    {
        Gen<string> hostile = Gen.OneOf(
            Gen.String, Gen.String.Select(s => $"ants:{Id}?{s}"), Gen.String.Select(s => $"ants:{Id}?direct={s}&relay=ants://{s}"));

        hostile.Sample(text =>
            (Invite.TryParse(text, out Invite? invite) == (invite is not null))
            && (RelayAddress.TryParse(text, out RelayAddress? relay) == (relay is not null))
            && (RelayAddress.TryParse("ants://" + text, out relay) == (relay is not null)));
    }
}
