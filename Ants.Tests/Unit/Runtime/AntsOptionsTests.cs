using System.Net;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class AntsOptionsTests
{
    private const string Relay = "ants://relay.example/#" + RelayAddressTests.Id;

    [Test]
    public void An_identity_is_all_that_is_needed()
    {
        Assert.That(Valid().Validate, Throws.Nothing);
    }

    [Test]
    public void By_default_everyone_is_accepted()
    {
        AntsOptions options = Valid();

        Assert.That(options.Authorize(new PeerRequest(options.Identity.Id, PathKind.Relayed)).IsAccepted, Is.True);
    }

    [Test]
    public void A_relay_without_a_key_is_refused_with_the_form_that_is_accepted()
    {
        AntsOptions options = Valid();
        options.Relays.Add(RelayAddress.Parse("ants://relay.example"));

        Assert.That(Problem(options), Does.Contain("ants://relay.example/#z6Mk..."));
    }

    [Test]
    public void A_relay_named_twice_is_refused()
    {
        AntsOptions options = Valid();
        options.Relays.Add(RelayAddress.Parse(Relay));
        options.Relays.Add(RelayAddress.Parse(Relay));

        Assert.That(Problem(options), Does.Contain("more than once"));
    }

    [TestCase(0)]
    [TestCase(9)]
    public void A_number_of_warm_relays_out_of_range_is_refused(int warm)
    {
        using AgentIdentity identity = AgentIdentity.Generate();
        AntsOptions options = new() { Identity = identity, WarmRelays = warm };
        Assert.That(options.Validate, Throws.TypeOf<AntsException>().With.Message.EqualTo($"WarmRelays is {warm}: 1 to 8 is accepted."));
    }

    [Test]
    public void More_relays_than_an_agent_holds_are_refused()
    {
        AntsOptions options = Valid();
        for (int i = 0; i <= AntsOptions.MaxRelays; i++)
        {
            options.Relays.Add(RelayAddress.Parse($"ants://relay{i}.example/#" + RelayAddressTests.Id));
        }

        Assert.That(Problem(options), Does.Contain("at most 8"));
    }

    [Test]
    public void Relayed_only_needs_a_relay()
    {
        AntsOptions options = Valid();
        options.RelayOnly = true;
        Assert.That(Problem(options), Does.Contain("RelayOnly needs at least one relay"));

        options.Relays.Add(RelayAddress.Parse(Relay));
        Assert.That(options.Validate, Throws.Nothing);
    }

    [TestCase(-1)]
    [TestCase(65_536)]
    public void A_port_out_of_range_is_refused(int port)
    {
        AntsOptions options = Valid();
        options.Port = port;

        Assert.That(Problem(options), Does.Contain($"Port is {port}"));
    }

    [TestCase("198.51.100.7:0")]
    [TestCase("0.0.0.0:41641")]
    [TestCase("[::]:41641")]
    [TestCase("224.0.0.1:41641")]
    public void An_advertised_address_that_no_one_can_reach_is_refused(string address)
    {
        AntsOptions options = Valid();
        options.Port = 41641;
        options.AdvertisedAddresses.Add(IPEndPoint.Parse(address));

        Assert.That(Problem(options), Does.Contain($"'{address}'"));
    }

    [Test]
    public void An_advertised_address_needs_a_fixed_port_and_addresses_that_may_be_told()
    {
        AntsOptions options = Valid();
        options.AdvertisedAddresses.Add(IPEndPoint.Parse("198.51.100.7:41641"));
        Assert.That(Problem(options), Does.Contain("needs a fixed Port"));

        options.Port = 41641;
        Assert.That(options.Validate, Throws.Nothing);

        options.Relays.Add(RelayAddress.Parse(Relay));
        options.RelayOnly = true;
        Assert.That(Problem(options), Does.Contain("exclude each other"));
    }

    [Test]
    public void Timeouts_out_of_range_are_refused()
    {
        AntsOptions options = Valid();
        options.ConnectTimeout = TimeSpan.Zero;
        options.SessionLinger = TimeSpan.FromDays(31);
        options.PortMappingLease = TimeSpan.Zero;

        Assert.That(Problem(options), Does.Contain("ConnectTimeout").And.Contain("SessionLinger").And.Contain("PortMappingLease"));
    }

    [Test]
    public void Everything_that_is_wrong_is_said_at_once_in_one_line()
    {
        AntsOptions options = Valid();
        options.Identity = null!;
        options.Network = null!;
        options.Authorize = null!;
        options.LoggerFactory = null!;
        options.Relays.Add(null!);
        options.AdvertisedAddresses.Add(null!);
        options.Port = -1;

        Assert.That(Problem(options), Does.Contain("Identity").And.Contain("Network").And.Contain("Authorize")
            .And.Contain("LoggerFactory").And.Contain("Relays").And.Contain("advertised").And.Contain("Port is -1")
            .And.Not.Contain("\n"));
    }

    private static AntsOptions Valid() => new() { Identity = AgentIdentity.Generate() };

    private static string Problem(AntsOptions options)
    {
        AntsException refusal = Assert.Throws<AntsException>(options.Validate)!;
        Assert.That(refusal.Error, Is.EqualTo(AntsError.InvalidOptions));
        return refusal.Message;
    }
}
