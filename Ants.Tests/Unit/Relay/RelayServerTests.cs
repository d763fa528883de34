using System.Net;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

public sealed class RelayServerTests
{
    [Test]
    public void An_agent_is_registered_by_its_session_alone_and_hears_its_address()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);

        Assert.That(alice.ControlProtocol, Is.EqualTo("ants.relay/1"));
        Assert.That(alice.Control.Single().TryReadRegistered(out IPEndPoint? observed));
        Assert.That(observed, Is.EqualTo(new IPEndPoint(world.Network.Hosts[1].Addresses[0], alice.Driver.LocalEndPoint.Port)));
        Assert.That(world.Relay.AgentCount, Is.EqualTo(1));
        Assert.That(world.Relay.Address.ToString(), Is.EqualTo($"ants://{world.Network.Hosts[0].Addresses[0]}/#{world.Relay.Id}"));
    }

    [Test]
    public void An_agent_that_leaves_is_not_registered_any_more()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        alice.Leave();
        world.Until(() => world.Relay.AgentCount == 0);
    }

    [Test]
    public void An_agent_that_falls_silent_is_forgotten_after_90_seconds()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Agent(KnownAgents.FromByte(1), new SessionOptions { GateDatagrams = false, KeepAlive = TimeSpan.Zero });
        world.Until(() => alice.IsRegistered);
        world.For(85);
        Assert.That(world.Relay.AgentCount, Is.EqualTo(1));
        world.For(10);
        Assert.That(world.Relay.AgentCount, Is.Zero);
    }

    [Test]
    public void An_agent_that_pings_every_25_seconds_stays()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        world.For(600);
        Assert.That(world.Relay.AgentCount, Is.EqualTo(1));
        Assert.That(alice.End, Is.Null);
    }

    [Test]
    public void A_newer_session_of_an_agent_takes_over_and_the_older_one_is_told()
    {
        using RelayWorld world = new();
        RelayClient older = world.Registered(1), bob = world.Registered(2);
        RelayClient newer = world.Registered(1);
        world.Until(() => older.End is not null);

        Assert.That(older.End!.Cause, Is.EqualTo(SessionEndCause.Peer));
        Assert.That(older.End.Code, Is.EqualTo(SessionErrorCode.Superseded));
        Assert.That(world.Relay.AgentCount, Is.EqualTo(2));
        bob.Send(newer.Id, 0x40, 1);
        world.Until(() => newer.Packets.Count == 1);
        Assert.That(older.Packets, Is.Empty);
    }

    [Test]
    public void A_relay_that_stops_says_so_to_everyone()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        world.StopRelay();
        world.Until(() => alice.End is not null && bob.End is not null);
        Assert.That(alice.End!.Code, Is.EqualTo(SessionErrorCode.GoingAway));
        Assert.That(bob.End!.Code, Is.EqualTo(SessionErrorCode.GoingAway));
    }

    [Test]
    public void An_agent_that_calls_again_after_a_restart_is_registered_again()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        world.StopRelay();
        world.RestartRelay();
        world.Until(() => alice.End is not null && bob.End is not null);
        alice.Tunnel = new RelayTunnel();
        alice.Connect(world.Relay);
        bob.Connect(world.Relay);
        world.Until(() => world.Relay.AgentCount == 2);
        alice.Send(bob.Id, 0x40, 1);
        world.Until(() => bob.Packets.Count == 1);
    }

    [Test]
    public void Agents_beyond_the_limit_are_refused_as_busy_and_those_that_return_are_not()
    {
        using RelayWorld world = new(options => options.MaxAgents = 2);
        world.Registered(1);
        RelayClient bob = world.Registered(2);
        RelayClient carol = world.Agent(3);
        world.Until(() => carol.End is not null);
        Assert.That(carol.End!.Cause, Is.EqualTo(SessionEndCause.Refused));
        Assert.That(carol.End.Code, Is.EqualTo(SessionErrorCode.Busy));
        Assert.That(carol.End.Reason, Does.Contain("as many agents"));
        Assert.That(world.Counters.Refused, Is.EqualTo(1));

        world.Registered(1);
        bob.Leave();
        world.Until(() => world.Relay.AgentCount == 1);
        world.Registered(3);
    }

    [Test]
    public void The_relays_own_key_is_not_served()
    {
        using RelayWorld world = new();
        RelayClient impostor = world.Silent(KnownAgents.FromByte(0x77));
        RelayClient alice = world.Registered(1);
        alice.Send(world.Relay.Id, 0x40, 1);
        world.Until(() => alice.Hints.Count == 1);
        Assert.That(alice.Hints, Is.EqualTo(new[] { (RelayMessageType.Unreachable, world.Relay.Id.ToAgentId()) }));
        Assert.That(impostor.IsRegistered, Is.False);
    }

    [Test]
    public void A_stream_to_the_relay_is_turned_away_and_the_session_goes_on()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        for (int i = 0; i < 20; i++)
        {
            int before = alice.OwnStreams.Count;
            alice.OpenStream();
            world.Until(() => alice.OwnStreams.Skip(before).Any(e => e.Kind == StreamEventKind.Closed));
        }

        Assert.That(alice.OwnStreams.Where(e => e.Kind == StreamEventKind.Reset).Select(e => e.Value), Has.All.EqualTo((ulong)SessionErrorCode.Refused));
        Assert.That(alice.End, Is.Null);
    }
}
