using System.Net;
using Ants.Nat;
using Ants.Protocol.Relaying;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Relay;

public sealed class RelayStunTests
{
    private static readonly StunTransactionId Id = new("abcdefghijkl"u8);

    [Test]
    public void A_STUN_request_is_answered_with_the_address_that_it_came_from()
    {
        using RelayWorld world = new();
        List<byte[]> answers = [];
        SimulatedHost host = world.Network.AddHost();
        SimulatedPort port = host.Bind(5000, (_, payload, _) => answers.Add(payload.ToArray()));
        port.Send(Request(), RelayEndPoint(world));
        world.Until(() => answers.Count == 1);
        Assert.That(StunMessage.TryRead(answers[0], out StunMessage message));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(new IPEndPoint(host.Addresses[0], 5000)));
        Assert.That(world.Counters.StunAnswered, Is.EqualTo(1));
    }

    [Test]
    public void STUN_is_rationed_per_source_and_garbage_is_counted()
    {
        using RelayWorld world = new();
        int answers = 0;
        SimulatedPort port = world.Network.AddHost().Bind(5000, (_, _, _) => answers++);
        for (int i = 0; i < 300; i++)
        {
            port.Send(Request(), RelayEndPoint(world));
        }

        port.Send([0x00], RelayEndPoint(world));
        port.Send([0x20, 1, 2], RelayEndPoint(world));
        port.Send([0xC0, 1, 2], RelayEndPoint(world));
        world.For(1);
        Assert.That(answers, Is.InRange(100, 120));
        Assert.That(world.Counters.StunDropped, Is.EqualTo(301 - answers));
        Assert.That(world.Counters.Garbage + world.Counters.BadHandshakes, Is.EqualTo(2));
    }

    [TestCase(443, false, 443)]
    [TestCase(443, true, 444)]
    [TestCase(444, false, 444)]
    [TestCase(444, true, 443)]
    public void Both_ports_answer_for_themselves_and_for_each_other(int asked, bool changePort, int answering)
    {
        using RelayWorld world = new();
        List<(IPEndPoint From, byte[] Answer)> answers = [];
        SimulatedPort port = world.Network.AddHost().Bind(5000, (_, payload, from) => answers.Add((from, payload.ToArray())));
        port.Send(Request((ref StunWriter writer) => writer.AddChangeRequest(false, changePort)), RelayEndPoint(world, asked));
        world.Until(() => answers.Count == 1);

        Assert.That(answers[0].From, Is.EqualTo(RelayEndPoint(world, answering)));
        Assert.That(StunMessage.TryRead(answers[0].Answer, out StunMessage message));
        Assert.That(message.TryGetOtherPort(out ushort other));
        Assert.That(other, Is.EqualTo(asked == 443 ? 444 : 443));
        Assert.That(message.TryGetAttribute(StunAttributeType.OtherAddress, out _), Is.False, "the relay has one address");
    }

    [Test]
    public void RESPONSE_PORT_leads_to_another_port_of_the_same_host_and_nowhere_else()
    {
        using RelayWorld world = new();
        int asking = 0, waiting = 0;
        SimulatedHost host = world.Network.AddHost();
        SimulatedPort port = host.Bind(5000, (_, _, _) => asking++);
        host.Bind(5001, (_, _, _) => waiting++);
        port.Send(Request((ref StunWriter writer) => writer.AddResponsePort(5001)), RelayEndPoint(world));
        world.Until(() => waiting == 1);
        Assert.That(asking, Is.Zero);
    }

    [TestCase(443)]
    [TestCase(444)]
    public void The_ration_of_a_source_is_one_for_both_ports(int first)
    {
        using RelayWorld world = new();
        int answers = 0;
        SimulatedPort port = world.Network.AddHost().Bind(5000, (_, _, _) => answers++);
        for (int i = 0; i < 300; i++)
        {
            port.Send(Request(), RelayEndPoint(world, i < 150 ? first : 887 - first));
        }

        world.For(1);
        Assert.That(answers, Is.InRange(100, 120));
        Assert.That(world.Counters.StunDropped, Is.EqualTo(300 - answers));
    }

    [Test]
    public void Only_STUN_is_served_at_the_second_port()
    {
        using RelayWorld world = new();
        int answers = 0;
        SimulatedPort port = world.Network.AddHost().Bind(5000, (_, _, _) => answers++);
        port.Send([0xC0, 1, 2], RelayEndPoint(world, 444));
        port.Send([0x41, 1, 2], RelayEndPoint(world, 444));
        world.For(1);
        Assert.That((answers, world.Counters.Garbage), Is.EqualTo((0, 2)));
    }

    [Test]
    public void A_knock_is_sent_to_the_agent_s_own_address_and_told_and_rationed()
    {
        using RelayWorld world = new();
        List<(IPEndPoint From, byte[] Answer)> knocks = [];
        SimulatedHost host = world.Network.AddHost();
        RelayClient agent = world.Network.Run(() => Task.FromResult(new RelayClient(host.Network, Crypto.Agents.FromByte(1))));
        agent.Connect(world.Relay);
        world.Until(() => agent.IsRegistered);
        host.Bind(5000, (_, payload, from) => knocks.Add((from, payload.ToArray())));
        for (int i = 0; i < 50; i++)
        {
            agent.Ask(RelayControlMessage.Knock(5000, "abcdefghijkl"u8));
        }

        world.Until(() => knocks.Count > 0);
        Assert.That(knocks[0].From, Is.EqualTo(RelayEndPoint(world)));
        Assert.That(StunMessage.TryRead(knocks[0].Answer, out StunMessage message));
        Assert.That((message.TransactionId, message.Class, message.HasFingerprint), Is.EqualTo((Id, StunClass.SuccessResponse, true)));
        world.For(2);
        Assert.That(knocks, Has.Count.InRange(16, 20));
        RelayControlMessage[] told = [.. agent.Control.Where(said => said.Type == RelayControlType.Knocked)];
        Assert.That(told, Has.Length.EqualTo(knocks.Count));
        Assert.That(told[0].TryReadKnocked(out _, out IPEndPoint? to));
        Assert.That(to, Is.EqualTo(new IPEndPoint(host.Addresses[0], 5000)));
    }

    [TestCase(null, 444)]
    [TestCase(0, 0)]
    [TestCase(3478, 3478)]
    public void The_second_port_is_the_next_one_unless_told_otherwise(int? told, int expected)
    {
        using RelayWorld world = new(options => options.StunPort = told);
        Assert.That(world.Relay.StunPort, Is.EqualTo(expected));
    }

    [Test]
    public void Behind_a_forward_that_changes_the_port_there_is_none_unless_named()
    {
        using RelayWorld world = new(options => options.AdvertisedPort = 8443);
        Assert.That(world.Relay.StunPort, Is.Zero);
    }

    [Test]
    public void A_relay_without_its_usual_second_port_serves_and_tells_of_none()
    {
        List<byte[]> answers = [];
        using RelayWorld world = new(options => options.Network.Bind(new IPEndPoint(IPAddress.Any, 444)));
        Assert.That(world.Relay.StunPort, Is.Zero);
        SimulatedPort port = world.Network.AddHost().Bind(5000, (_, payload, _) => answers.Add(payload.ToArray()));
        port.Send(Request(), RelayEndPoint(world));
        world.Until(() => answers.Count == 1);
        Assert.That(StunMessage.TryRead(answers[0], out StunMessage message));
        Assert.That(message.TryGetOtherPort(out _), Is.False);
    }

    [Test]
    public void A_second_port_that_was_named_and_is_taken_is_an_error()
    {
        AntsException taken = Assert.Throws<AntsException>(() => _ = new RelayWorld(options =>
        {
            options.StunPort = 444;
            options.Network.Bind(new IPEndPoint(IPAddress.Any, 444));
        }))!;
        Assert.That(taken.Error, Is.EqualTo(AntsError.AddressInUse));
    }

    private static IPEndPoint RelayEndPoint(RelayWorld world, int port = 443) => new(IPAddress.Parse(world.Relay.Address.Host), port);

    private delegate void Writing(ref StunWriter writer);

    private static byte[] Request(Writing? write = null)
    {
        byte[] buffer = new byte[64];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        write?.Invoke(ref writer);
        Assert.That(writer.TryFinish(out int written));
        return buffer[..written];
    }
}
