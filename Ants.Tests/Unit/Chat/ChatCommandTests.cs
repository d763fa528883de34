using System.CommandLine;
using System.Net;
using Ants.Nat;
using Ants.Samples.Chat;
using Ants.Tests.Unit.Runtime;
using NUnit.Framework;

namespace Ants.Tests.Unit.Chat;

public sealed class ChatCommandTests
{
    private const string Id = RelayAddressTests.Id;
    private const string Relay = "ants://relay.example/#" + Id;

    [Test]
    public void Reads_every_option()
    {
        (ChatOptions? options, string? problem) = Run(
            "--identity", "bob.agent", "--relay", Relay, "--relay", "ants://203.0.113.1:4433/#" + Id, "--listen",
            "--port", "41641", "--advertise", "198.51.100.7:41641", "--advertise", "[2001:db8::7]:41641", "--allow", Id,
            "--port-mapping", "nat-pmp", "--mapping-lease", "120", "--qlog", "traces", "--json");

        Assert.That(problem, Is.Null);
        Assert.Multiple(() =>
        {
            Assert.That(options!.IdentityPath, Is.EqualTo("bob.agent"));
            Assert.That(options.Relays.Select(r => r.Port), Is.EqualTo(new[] { 443, 4433 }));
            Assert.That(options.Peer, Is.Null);
            Assert.That(options.Port, Is.EqualTo(41641));
            Assert.That(options.AdvertisedAddresses, Is.EqualTo(
                new[] { IPEndPoint.Parse("198.51.100.7:41641"), IPEndPoint.Parse("[2001:db8::7]:41641") }));
            Assert.That(options.Allowed, Is.EquivalentTo(new[] { AgentId.Parse(Id) }));
            Assert.That(options.RelayOnly, Is.False);
            Assert.That(options.PortMapping, Is.EqualTo(PortMappingProtocols.NatPmp));
            Assert.That(options.MappingLease, Is.EqualTo(TimeSpan.FromMinutes(2)));
            Assert.That(options.QlogFolder, Is.EqualTo("traces"));
            Assert.That(options.Json, Is.True);
        });
    }

    [TestCase("--peer", Id, "--relay", Relay, "--relay-only")]
    [TestCase("--peer", "ants:" + Id + "?direct=198.51.100.7:41641")]
    [TestCase("--peer", "ants:" + Id + "?relay=ants%3A%2F%2Frelay.example%2F%23" + Id)]
    public void Calls_an_id_through_a_relay_or_an_invite_by_its_hints(params string[] args)
    {
        (ChatOptions? options, string? problem) = Run(args);

        Assert.That(problem, Is.Null);
        Assert.That(options!.Peer!.PeerId, Is.EqualTo(AgentId.Parse(Id)));
    }

    [TestCase("Either --listen or --peer")]
    [TestCase("Either --listen or --peer", "--listen", "--peer", "ants:" + Id + "?direct=198.51.100.7:41641")]
    [TestCase("add --relay ADDRESS", "--peer", Id)]
    [TestCase("--listen only", "--peer", Id, "--relay", Relay, "--allow", Id)]
    [TestCase("'bob' is not an invite", "--peer", "bob")]
    [TestCase("'relay.example' is not a relay address", "--listen", "--relay", "relay.example")]
    [TestCase("'65536' is not a port", "--listen", "--port", "65536")]
    [TestCase("'x' is not a port", "--listen", "--port", "x")]
    [TestCase("'1' is not an address", "--listen", "--advertise", "1")]
    [TestCase("'igd' is not known", "--listen", "--port-mapping", "igd")]
    [TestCase("'0' is not a time", "--listen", "--mapping-lease", "0")]
    [TestCase("'198.51.100.7' is not an address", "--listen", "--advertise", "198.51.100.7")]
    [TestCase("'bob' is not an agent id", "--listen", "--allow", "bob")]
    [TestCase("'--identity'", "--listen", "--identity")]
    [TestCase("'surplus'", "--listen", "surplus")]
    [TestCase("'--nonsense'", "--listen", "--nonsense")]
    public void Refuses_what_it_cannot_do_in_one_line(string expected, params string[] args)
    {
        (ChatOptions? options, string? problem) = Run(args);

        Assert.Multiple(() =>
        {
            Assert.That(options, Is.Null);
            Assert.That(problem, Does.Contain(expected).And.Not.Contain("\n"));
        });
    }

    private static (ChatOptions? Options, string? Problem) Run(params string[] args)
    {
        ChatOptions? options = null;
        string? problem = null;
        ParseResult parsed = new ChatCommand().Create(Accept, Refuse).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return (null, string.Join(" ", parsed.Errors.Select(e => e.Message)));
        }

        parsed.Invoke();
        return (options, problem);

        Task<int> Accept(ChatOptions accepted)
        {
            options = accepted;
            return Task.FromResult(0);
        }

        int Refuse(string reason)
        {
            problem = reason;
            return 2;
        }
    }
}
