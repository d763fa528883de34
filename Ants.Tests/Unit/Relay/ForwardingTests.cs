using Ants.Protocol.Relaying;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

public sealed class ForwardingTests
{
    [Test]
    public void A_first_packet_arrives_without_any_exchange_before_it()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        var sent = world.Network.Now;
        alice.Send(bob.Id, 0x40, 1, 2, 3);
        world.Until(() => bob.Packets.Count == 1);
        Assert.That(bob.Packets[0].From, Is.EqualTo(alice.Id));
        Assert.That(bob.Packets[0].Packet, Is.EqualTo(new byte[] { 0x40, 1, 2, 3 }));

        // Two links of 10 ms.
        Assert.That((world.Network.Now - sent).TotalMilliseconds, Is.EqualTo(20).Within(1));
    }

    [Test]
    public void Packets_flow_both_ways_and_by_alias_after_the_first()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        for (byte i = 0; i < 100; i++)
        {
            alice.Send(bob.Id, 0x40, i);
            bob.Send(alice.Id, 0x41, i);
            world.For(0.05);
        }

        world.Until(() => alice.Packets.Count == 100 && bob.Packets.Count == 100);
        Assert.That(bob.Packets.Select(p => p.Packet[1]), Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(alice.Packets.Select(p => p.From), Has.All.EqualTo(bob.Id));
        Assert.That(world.Counters.ForwardedPackets, Is.EqualTo(200));
        Assert.That(world.Counters.ForwardedBytes, Is.EqualTo(400));

        // One confirmation each way; nothing but packets after it.
        Assert.That(alice.Kinds.Count(kind => kind == TunnelEvent.None), Is.EqualTo(1));
    }

    [Test]
    public void The_longest_packet_that_an_agent_may_send_fits_when_named()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        byte[] packet = new byte[RelayMessage.MaxPacket(alice.Session!.MaxDatagramPayload)];
        packet[0] = 0x40;
        alice.Send(bob.Id, packet);
        world.Until(() => bob.Packets.Count == 1);
        Assert.That(bob.Packets[0].Packet, Is.EqualTo(packet));
    }

    [Test]
    public void A_packet_for_nobody_is_answered_and_an_arrival_is_announced_once()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        RelayClient bob = world.Silent(KnownAgents.FromByte(2));
        alice.Send(bob.Id, 0x40);
        alice.Send(bob.Id, 0x40);
        world.Until(() => alice.Hints.Count == 2);
        Assert.That(alice.Hints, Has.All.EqualTo((RelayMessageType.Unreachable, bob.Id)));
        Assert.That(world.Counters.Unreachable, Is.EqualTo(2));

        bob.Connect(world.Relay);
        world.Until(() => alice.Hints.Count == 3);
        Assert.That(alice.Hints[2], Is.EqualTo((RelayMessageType.Reachable, bob.Id)));
        alice.Send(bob.Id, 0x40, 7);
        world.Until(() => bob.Packets.Count == 1);
        world.For(5);
        Assert.That(alice.Hints, Has.Count.EqualTo(3));
    }

    [Test]
    public void An_agent_that_comes_anew_is_announced_to_those_who_were_in_touch_with_it()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2), carol = world.Registered(3);
        alice.Send(bob.Id, 0x40);
        world.Until(() => bob.Packets.Count == 1);

        world.Agent(KnownAgents.FromByte(2));

        world.Until(() => alice.Hints.Contains((RelayMessageType.Reachable, bob.Id)));
        world.For(5);
        Assert.That(alice.Hints, Has.Count.EqualTo(1));
        Assert.That(carol.Hints, Is.Empty);
    }

    [Test]
    public void An_agent_that_left_is_unreachable_for_those_who_have_an_alias_for_it()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        alice.Send(bob.Id, 0x40);
        world.Until(() => bob.Packets.Count == 1);
        world.For(1);
        bob.Leave();
        world.Until(() => world.Relay.AgentCount == 1);
        alice.Send(bob.Id, 0x40);
        world.Until(() => alice.Hints.Count == 1);
        Assert.That(alice.Hints[0], Is.EqualTo((RelayMessageType.Unreachable, bob.Id)));
    }

    [Test]
    public void Hints_are_rationed_and_what_is_withheld_is_counted()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        AgentId nobody = KnownAgents.FromByte(9).Id;
        for (int i = 0; i < 250; i++)
        {
            alice.Send(nobody, 0x40);
        }

        world.For(1);
        Assert.That(alice.Hints, Has.Count.InRange(100, 130));
        Assert.That(world.Counters.HintsWithheld, Is.EqualTo(250 - alice.Hints.Count));
    }

    [Test]
    public void More_than_the_rate_allows_is_dropped_and_counted()
    {
        using RelayWorld world = new(options => options.ForwardBytesPerSecond = 10_000);
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        byte[] packet = new byte[1000];
        packet[0] = 0x40;
        for (int i = 0; i < 30; i++)
        {
            alice.Send(bob.Id, packet);
        }

        world.For(1);
        Assert.That(bob.Packets, Has.Count.EqualTo(10));
        Assert.That(world.Counters.OverRate, Is.EqualTo(20));
        world.For(1);
        alice.Send(bob.Id, packet);
        world.Until(() => bob.Packets.Count == 11);
    }

    [Test]
    public void Nonsense_and_packets_to_oneself_are_dropped_and_counted()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        alice.SendRaw(0x3F, 1, 2);
        alice.SendRaw(0x00);
        alice.SendRaw([0x04, .. new byte[31], 1]);
        alice.Send(alice.Id, 0x40, 1);
        world.For(1);
        Assert.That(world.Counters.Malformed, Is.EqualTo(4));
        Assert.That(alice.Packets, Is.Empty);
        Assert.That(alice.End, Is.Null);
    }

    [Test]
    public void An_alias_that_was_never_bound_is_answered()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        alice.SendRaw(0x01, 0x05, 0x40);
        world.Until(() => alice.Kinds.Count == 1);
        Assert.That(alice.Kinds[0], Is.EqualTo(TunnelEvent.None));
        Assert.That(world.Counters.UnknownAlias, Is.EqualTo(1));
    }

    [Test]
    public void Names_heal_on_a_link_that_loses_and_reorders()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        world.Network.Loss = 0.3;
        world.Network.Reordering = 0.3;
        for (int i = 0; i < 300; i++)
        {
            alice.Send(bob.Id, 0x40, (byte)i);
            bob.Send(alice.Id, 0x40, (byte)i);
            world.For(0.02);
        }

        // About half pass two links that lose three in ten; a name that stayed broken would stop all of them.
        Assert.That(bob.Packets, Has.Count.InRange(100, 200));
        Assert.That(alice.Packets, Has.Count.InRange(100, 200));
    }
}
