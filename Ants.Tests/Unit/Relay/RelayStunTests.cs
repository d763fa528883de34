using System.Net;
using Ants.Nat;
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

    private static IPEndPoint RelayEndPoint(RelayWorld world) => new(IPAddress.Parse(world.Relay.Address.Host), world.Relay.Port);

    private static byte[] Request()
    {
        byte[] buffer = new byte[64];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        Assert.That(writer.TryFinish(out int written));
        return buffer[..written];
    }
}
