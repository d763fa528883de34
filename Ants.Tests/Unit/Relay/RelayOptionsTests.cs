using System.Net;
using Ants.Relay;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

public sealed class RelayOptionsTests
{
    [TestCase("203.0.113.7:443", null, null, "ants://203.0.113.7/#")]
    [TestCase("203.0.113.7:8443", null, null, "ants://203.0.113.7:8443/#")]
    [TestCase("[2001:db8::7]:8443", null, null, "ants://[2001:db8::7]:8443/#")]
    [TestCase("0.0.0.0:8443", "relay.example", null, "ants://relay.example:8443/#")]
    [TestCase("[::]:8443", "relay.example", 443, "ants://relay.example/#")]
    [TestCase("[::]:8443", "2001:db8::9", null, "ants://[2001:db8::9]:8443/#")]
    public void The_address_is_what_agents_can_call(string listen, string? host, int? port, string address)
    {
        RelayOptions options = Options(listen);
        options.AdvertisedHost = host;
        options.AdvertisedPort = port;
        options.Validate();
        Assert.That(options.AddressAt(options.Listen.Port).ToString(), Is.EqualTo(address + options.Identity.Id));
    }

    [TestCase("0.0.0.0:443", null, "AdvertisedHost must name")]
    [TestCase("[::]:443", null, "AdvertisedHost must name")]
    [TestCase("[fe80::1%3]:443", null, "no agent elsewhere can call")]
    [TestCase("0.0.0.0:443", "relay example", "'relay example' is not a host")]
    [TestCase("0.0.0.0:443", "relay.example:443", "is not a host")]
    public void An_address_that_nobody_can_call_is_refused(string listen, string? host, string problem)
    {
        RelayOptions options = Options(listen);
        options.AdvertisedHost = host;
        AntsException refused = Assert.Throws<AntsException>(options.Validate)!;
        Assert.That(refused.Error, Is.EqualTo(AntsError.InvalidOptions));
        Assert.That(refused.Message, Does.Contain(problem).And.Not.Contain("\n"));
    }

    [Test]
    public void Limits_out_of_their_range_are_refused_all_at_once()
    {
        RelayOptions options = Options("203.0.113.7:443");
        options.MaxAgents = 0;
        options.ForwardBytesPerSecond = 1499;
        options.AdvertisedPort = 70_000;
        AntsException refused = Assert.Throws<AntsException>(options.Validate)!;
        Assert.That(refused.Message, Does.Contain("MaxAgents is 0").And.Contain("ForwardBytesPerSecond is 1499").And.Contain("AdvertisedPort is 70000"));
    }

    [TestCase(-1)]
    [TestCase(65_536)]
    [TestCase(443)]
    public void A_second_port_must_be_one(int port)
    {
        RelayOptions options = Options("203.0.113.7:443");
        options.StunPort = port;
        Assert.That(Assert.Throws<AntsException>(options.Validate)!.Message, Does.Contain($"StunPort is {port}: another port"));
    }

    [TestCase("has no key: accepted is ants://a.example/#z6Mk", "ants://a.example/")]
    [TestCase("is named more than once", "ants://a.example/#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "ants://b.example/#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")]
    public void Other_relays_need_a_key_each(string problem, params string[] peers)
    {
        RelayOptions options = Options("203.0.113.7:443");
        foreach (string peer in peers)
        {
            options.PeerRelays.Add(RelayAddress.Parse(peer));
        }

        Assert.That(Assert.Throws<AntsException>(options.Validate)!.Message, Does.Contain(problem).And.Not.Contain("\n"));
    }

    [Test]
    public void Other_relays_are_at_most_sixteen()
    {
        RelayOptions options = Options("203.0.113.7:443");
        for (byte i = 1; i <= 17; i++)
        {
            options.PeerRelays.Add(new RelayAddress("relay.example", i, new RelayId(KnownAgents.FromByte(i).Id)));
        }

        Assert.That(Assert.Throws<AntsException>(options.Validate)!.Message, Does.Contain("at most 16"));
    }

    private static RelayOptions Options(string listen) =>
        new() { Identity = KnownAgents.FromByte(1), Listen = IPEndPoint.Parse(listen) };
}
