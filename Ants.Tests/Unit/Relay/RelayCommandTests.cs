using System.CommandLine;
using Ants.Relay;
using Ants.Relay.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

public sealed class RelayCommandTests
{
    [Test]
    public void The_options_are_read()
    {
        RelaySettings settings = Read("--listen", "[::]:8443", "--data", "/tmp/x", "--advertise", "Relay.example:443").Settings!;
        Assert.That(settings.Listen.ToString(), Is.EqualTo("[::]:8443"));
        Assert.That(settings.Folder, Is.EqualTo("/tmp/x"));
        Assert.That(settings.DrainWithin, Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(settings.StunPort, Is.Null);
        Assert.That(settings.Advertised, Is.EqualTo(new AdvertisedName("relay.example", 443)));
    }

    [Test]
    public void Other_relays_are_named_one_by_one()
    {
        string[] peers = ["ants://a.example/#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "ants://b.example:8443/"];
        RelaySettings settings = Read("--listen", "127.0.0.1:0", "--data", "x", "--peer-relay", peers[0], "--peer-relay", peers[1]).Settings!;
        Assert.That(settings.Peers.Select(peer => peer.ToString()), Is.EqualTo(peers));
    }

    [Test]
    public void Limits_are_those_of_the_options_where_none_is_given()
    {
        RelaySettings plain = Read("--listen", "127.0.0.1:443", "--data", "x").Settings!, limited = Read(
            "--listen", "127.0.0.1:443", "--data", "x", "--max-agents", "17", "--forward-bytes-per-second", "1500", "--max-websockets", "0",
            "--max-websockets-per-address", "3", "--stun-port", "0").Settings!;
        using AgentIdentity identity = KnownAgents.FromByte(1);
        RelayOptions usual = plain.ToOptions(identity, NullLoggerFactory.Instance), few = limited.ToOptions(identity, NullLoggerFactory.Instance);
        Assert.That((usual.MaxAgents, usual.ForwardBytesPerSecond, usual.MaxWebSockets, usual.MaxWebSocketsPerAddress),
            Is.EqualTo((100_000, 1_250_000_000L, 20_000, 1_000)));
        Assert.That((few.MaxAgents, few.ForwardBytesPerSecond, few.MaxWebSockets, few.MaxWebSocketsPerAddress), Is.EqualTo((17, 1500L, 0, 3)));
        Assert.That((usual.StunPort, few.StunPort), Is.EqualTo(((int?)null, (int?)0)));
        few.Validate();
    }

    [TestCase("relay.example", "relay.example", null)]
    [TestCase("203.0.113.7:8443", "203.0.113.7", 8443)]
    [TestCase("[2001:db8::7]", "[2001:db8::7]", null)]
    [TestCase("[2001:db8::7]:443", "[2001:db8::7]", 443)]
    public void A_name_is_a_host_and_maybe_a_port(string text, string host, int? port)
    {
        Assert.That(AdvertisedName.TryParse(text, out AdvertisedName? name, out _));
        Assert.That(name, Is.EqualTo(new AdvertisedName(host, port)));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("relay.example:0")]
    [TestCase("relay.example:")]
    [TestCase("relay.example/#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")]
    [TestCase("relay.example/x")]
    [TestCase("2001:db8::7")]
    public void What_is_no_name_is_refused_with_what_is(string text)
    {
        Assert.That(AdvertisedName.TryParse(text, out _, out string? problem), Is.False);
        Assert.That(problem, Does.Contain("HOST[:PORT] is accepted"));
    }

    [TestCase("--listen '443' is not an address", "--listen", "443", "--data", "x")]
    [TestCase("--listen '127.0.0.1' is not an address", "--listen", "127.0.0.1", "--data", "x")]
    [TestCase("--listen '10.1:443' is not an address", "--listen", "10.1:443", "--data", "x")]
    [TestCase("--listen '239.0.0.1:443' is not an address", "--listen", "239.0.0.1:443", "--data", "x")]
    [TestCase("--listen '255.255.255.255:443' is not an address", "--listen", "255.255.255.255:443", "--data", "x")]
    [TestCase("add --advertise HOST[:PORT]", "--listen", "0.0.0.0:443", "--data", "x")]
    [TestCase("add --advertise HOST[:PORT]", "--listen", "[::]:0", "--data", "x")]
    [TestCase("drains x", "--drain", "--data", "x")]
    [TestCase("--data alone is accepted", "--drain", "--data", "x", "--listen", "127.0.0.1:443")]
    [TestCase("--data alone is accepted", "--drain", "--data", "x", "--peer-relay", "ants://a.example/")]
    [TestCase("does not start with ants://", "--listen", "127.0.0.1:443", "--data", "x", "--peer-relay", "a.example")]
    [TestCase("--max-agents '0' is not a number in range: 1 to 10000000 is accepted", "--listen", "127.0.0.1:443", "--data", "x", "--max-agents", "0")]
    [TestCase("--forward-bytes-per-second '1k' is not a number in range: 1500 or more", "--listen", "127.0.0.1:443", "--data", "x", "--forward-bytes-per-second", "1k")]
    [TestCase("--max-websockets '-1' is not a number", "--listen", "127.0.0.1:443", "--data", "x", "--max-websockets", "-1")]
    [TestCase("--max-websockets-per-address '9999999999' is not a number", "--listen", "127.0.0.1:443", "--data", "x", "--max-websockets-per-address", "9999999999")]
    [TestCase("--data alone is accepted", "--drain", "--data", "x", "--max-agents", "5")]
    [TestCase("--drain-seconds '-1' is not a time", "--listen", "127.0.0.1:443", "--data", "x", "--drain-seconds", "-1")]
    [TestCase("--data is empty", "--listen", "127.0.0.1:443", "--data", "")]
    [TestCase("'--data' is required", "--listen", "127.0.0.1:443")]
    [TestCase("'--listen' is required", "--data", "x")]
    public void What_is_wrong_is_said_in_one_line(string problem, params string[] arguments)
    {
        (RelaySettings? settings, string said) = Read(arguments);
        Assert.That(settings, Is.Null);
        Assert.That(said, Does.Contain(problem).And.Not.Contain("\n"));
    }

    private static (RelaySettings? Settings, string Said) Read(params string[] arguments)
    {
        RelaySettings? settings = null;
        string said = "";
        ParseResult parsed = new RelayCommand().Create(Run, Drain, Refuse).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return (null, string.Join(" ", parsed.Errors.Select(error => error.Message)));
        }

        parsed.Invoke();
        return (settings, said);

        Task<int> Run(RelaySettings read)
        {
            settings = read;
            return Task.FromResult(0);
        }

        Task<int> Drain(string folder)
        {
            said = $"drains {folder}";
            return Task.FromResult(0);
        }

        int Refuse(string problem)
        {
            said = problem;
            return 2;
        }
    }
}
