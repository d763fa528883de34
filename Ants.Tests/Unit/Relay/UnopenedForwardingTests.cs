using System.Buffers.Binary;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>Packets that cross a relay beside the sessions with it, under an id that it has issued.</summary>
public sealed class UnopenedForwardingTests
{
    private static readonly ConnectionId Inner = new(0x1122334455667788);

    [Test]
    public void A_packet_under_the_issued_id_arrives_as_it_was_under_the_peers_own()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2);
        (ConnectionId id, int size) = Ask(world, alice, bob);
        byte[] packet = Packet(id, 1400);
        var sent = world.Network.Now;
        alice.SendBeside(packet);
        world.Until(() => bob.Beside.Count == 1);

        Assert.That(bob.Beside[0], Is.EqualTo(Packet(Inner, 1400)));
        Assert.That((world.Network.Now - sent).TotalMilliseconds, Is.EqualTo(20).Within(1));
        Assert.That(size, Is.EqualTo(PacketSize.MaxDatagram));
        Assert.That((world.Counters.ForwardedPackets, world.Counters.ForwardedUnopened, world.Counters.ForwardedBytes), Is.EqualTo((1L, 1L, 1400L)));
    }

    [Test]
    public void The_same_question_has_the_same_answer_and_another_one_another()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2), carol = Forwarding(world, 3);
        ConnectionId id = Ask(world, alice, bob).Id;
        Assert.That(Ask(world, alice, bob).Id, Is.EqualTo(id));
        Assert.That(Ask(world, carol, bob).Id, Is.Not.EqualTo(id));
        Assert.That(Ask(world, alice, bob, new ConnectionId(5)).Id, Is.Not.EqualTo(id));
    }

    [Test]
    public void From_any_other_address_it_is_dropped()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2), mallory = Forwarding(world, 3);
        ConnectionId id = Ask(world, alice, bob).Id;
        mallory.SendBeside(Packet(id, 100));
        world.For(1);
        Assert.That(bob.Beside, Is.Empty);
        Assert.That(world.Counters.WrongSource, Is.EqualTo(1));
    }

    [Test]
    public void To_an_agent_that_takes_it_only_inside_its_session_it_goes_there()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = world.Registered(2);
        (ConnectionId id, int size) = Ask(world, alice, bob);
        Assert.That(size, Is.InRange(PacketSize.Relayed, 1200));
        alice.SendBeside(Packet(id, size));
        world.Until(() => bob.Packets.Count == 1);
        Assert.That(bob.Packets[0].From, Is.EqualTo(alice.Id));
        Assert.That(bob.Packets[0].Packet, Is.EqualTo(Packet(Inner, size)));
        Assert.That(world.Counters.ForwardedUnopened, Is.Zero);

        alice.SendBeside(Packet(id, size + 50));
        world.Until(() => alice.Sizes.Count == 2);
        Assert.That(alice.Sizes[1], Is.EqualTo((RelayMessageType.TooBig, bob.Id, default(ConnectionId), size)));
        Assert.That(world.Counters.TooLong, Is.EqualTo(1));
        Assert.That(bob.Packets, Has.Count.EqualTo(1));
    }

    [Test]
    public void What_goes_beside_the_session_does_not_overtake_what_went_inside_before()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2);
        ConnectionId id = Ask(world, alice, bob).Id;
        for (byte i = 0; i < 20; i++)
        {
            alice.Send(bob.Id, Packet(Inner, 100, i));
        }

        world.For(0.001);
        for (byte i = 20; i < 40; i++)
        {
            alice.SendBeside(Packet(id, 100, i));
        }

        world.Until(() => bob.InOrder.Count == 40);
        Assert.That(bob.InOrder.Select(packet => packet[^1]), Is.EqualTo(Enumerable.Range(0, 40)));
    }

    [Test]
    public void An_id_ends_with_the_registration_of_whoever_asked_for_it()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2);
        ConnectionId id = Ask(world, alice, bob).Id;
        alice.Leave();
        world.Until(() => world.Relay.AgentCount == 1);
        alice.SendBeside(Packet(id, 100));
        world.For(1);
        Assert.That(bob.Beside, Is.Empty);
        Assert.That(world.Counters.UnknownConnections, Is.EqualTo(1));
    }

    [Test]
    public void For_a_peer_that_has_left_the_sender_is_told()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2);
        ConnectionId id = Ask(world, alice, bob).Id;
        bob.Leave();
        world.Until(() => world.Relay.AgentCount == 1);
        alice.SendBeside(Packet(id, 100));
        world.Until(() => alice.Hints.Contains((RelayMessageType.Unreachable, bob.Id)));
        Assert.That(world.Counters.Unreachable, Is.EqualTo(1));
    }

    [Test]
    public void The_rate_of_an_agent_counts_both_ways_of_sending()
    {
        using RelayWorld world = new(options => options.ForwardBytesPerSecond = 10_000);
        RelayClient alice = Forwarding(world, 1), bob = Forwarding(world, 2);
        ConnectionId id = Ask(world, alice, bob).Id;
        for (byte i = 0; i < 10; i++)
        {
            alice.SendBeside(Packet(id, 1000));
            alice.Send(bob.Id, Packet(Inner, 1000));
        }

        world.For(0.5);
        Assert.That(bob.InOrder, Has.Count.EqualTo(10));
        Assert.That(world.Counters.OverRate, Is.EqualTo(10));
    }

    [Test]
    public void A_question_for_oneself_is_malformed_and_one_for_nobody_stays_without_an_answer()
    {
        using RelayWorld world = new();
        RelayClient alice = Forwarding(world, 1);
        alice.Send(RelayMessage.Forward(alice.Id, Inner));
        alice.Send(RelayMessage.Forward(KnownAgents.FromByte(9).Id, Inner));
        world.For(1);
        Assert.That(alice.Sizes, Is.Empty);
        Assert.That(world.Counters.Malformed, Is.EqualTo(1));
    }

    private static RelayClient Forwarding(RelayWorld world, byte number)
    {
        SessionOptions options = new() { GateDatagrams = false, Parameters = new() { Forwards = true } };
        RelayClient client = world.Agent(KnownAgents.FromByte(number), options);
        world.Until(() => client.IsRegistered);
        return client;
    }

    private static (ConnectionId Id, int Size) Ask(RelayWorld world, RelayClient from, RelayClient to, ConnectionId? inner = null)
    {
        int before = from.Sizes.Count;
        from.Send(RelayMessage.Forward(to.Id, inner ?? Inner));
        world.Until(() => from.Sizes.Count > before);
        (RelayMessageType type, AgentId agent, ConnectionId id, int size) = from.Sizes[^1];
        Assert.That((type, agent), Is.EqualTo((RelayMessageType.Forwarded, to.Id)));
        return (id, size);
    }

    private static byte[] Packet(ConnectionId id, int length, byte last = 0)
    {
        byte[] packet = new byte[length];
        packet[0] = PacketHeader.FormBit;
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(1), id.Value);
        packet[^1] = last;
        return packet;
    }
}
