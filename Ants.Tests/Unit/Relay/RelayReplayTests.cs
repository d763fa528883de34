using System.Net;
using Ants.Protocol.Handshake;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Relay;

/// <summary>Message 1 of an agent, recorded on the way to its relay and sent again.</summary>
public sealed class RelayReplayTests
{
    [Test]
    public void A_replayed_message_1_does_not_end_a_registration_nor_make_a_second_one()
    {
        using RelayWorld world = new();
        Attacker attacker = new(world);
        RelayClient alice = world.Registered(1);
        attacker.StopRecording();
        for (int i = 0; i < 3; i++)
        {
            attacker.Replay();
            attacker.Replay(inTheNameOf: alice);
            world.For(12);
            Assert.That((world.Relay.AgentCount, alice.End), Is.EqualTo((1, (Ants.Protocol.Sessions.SessionEnd?)null)));
        }

        RelayClient bob = world.Registered(2);
        bob.Send(alice.Id, 1, 2, 3);
        world.Until(() => alice.Packets.Count == 1);
        Assert.That(alice.Packets[0].Packet, Is.EqualTo(new byte[] { 1, 2, 3 }), "what is for her still goes to her");
        Assert.That(attacker.Heard, Is.LessThanOrEqualTo(attacker.Said), "bytes");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_replayed_message_1_does_not_register_an_agent_that_has_left(bool relayRestarts)
    {
        using RelayWorld world = new();
        Attacker attacker = new(world);
        RelayClient alice = world.Registered(1);
        attacker.StopRecording();
        alice.Leave();
        world.Until(() => world.Relay.AgentCount == 0);
        if (relayRestarts)
        {
            world.StopRelay();
            world.RestartRelay();
        }

        attacker.Replay();
        attacker.Replay(inTheNameOf: alice);
        for (int i = 0; i < 15; i++)
        {
            world.For(1);
            Assert.That(world.Relay.AgentCount, Is.Zero);
        }

        // Nor does it shut the agent itself out.
        RelayClient again = world.Registered(1);
        Assert.That((world.Relay.AgentCount, again.End), Is.EqualTo((1, (Ants.Protocol.Sessions.SessionEnd?)null)));
    }

    private sealed class Attacker
    {
        private readonly RelayWorld _world;
        private readonly List<byte[]> _recorded = [];
        private readonly IPEndPoint _relay;
        private readonly IDatagramSocket _socket;
        private readonly SimulatedHost _host;

        public Attacker(RelayWorld world)
        {
            _world = world;
            _relay = new IPEndPoint(world.Network.Hosts[0].Addresses[0], 443);
            _host = world.Network.AddHost(name: "attacker");
            _socket = _host.Network.Bind(new IPEndPoint(IPAddress.Any, 0));
            world.Network.Trace = See;
        }

        public long Said { get; private set; }

        public long Heard { get; private set; }

        public void StopRecording()
        {
            Assert.That(_recorded, Has.Count.GreaterThanOrEqualTo(2));
            _world.Network.Trace = SeeOwn;
        }

        public void Replay(RelayClient? inTheNameOf = null)
        {
            foreach (byte[] datagram in _recorded)
            {
                if (inTheNameOf is not null)
                {
                    inTheNameOf.Driver.Post(() => inTheNameOf.Driver.SendDatagram(_relay, datagram));
                }
                else
                {
                    Said += datagram.Length;
                    _socket.Send(datagram, datagram.Length, _relay);
                }
            }
        }

        private void See(DatagramStep step, DropReason reason, in SimulatedDatagram datagram)
        {
            if (step == DatagramStep.Sent && datagram.Destination.Equals(_relay) && HandshakePiece.IsHandshake(datagram.Payload))
            {
                _recorded.Add(datagram.Payload.ToArray());
            }
        }

        private void SeeOwn(DatagramStep step, DropReason reason, in SimulatedDatagram datagram) =>
            Heard += step == DatagramStep.Sent && datagram.Destination.Address.Equals(_host.Addresses[0]) ? datagram.Payload.Length : 0;
    }
}
