using System.Net;
using Ants.Protocol.Handshake;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Message 1 of a caller, recorded on the way to an agent and sent again.</summary>
public class ReplayTests
{
    private const int Port = 5000;

    [TestCase(false)]
    [TestCase(true)]
    public void A_replayed_message_1_neither_ends_a_session_nor_makes_one_nor_runs_a_handler_again(bool early)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.Network.AddHost(name: "alice"), b = world.Network.AddHost(name: "bob");
        IPEndPoint direct = new(b.Addresses[0], Port);
        using IDatagramSocket attacker = world.Network.AddHost(name: "attacker").Network.Bind(new IPEndPoint(IPAddress.Any, 0));
        List<byte[]> recorded = [];
        int handled = 0;
        world.Network.Run(async () =>
        {
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b, options => options.Port = Port);
            bob.Serve("count/1", (stream, _) => Task.FromResult(handled++), new ServeOptions { AllowEarlyData = early });
            await world.PassAsync(6);
            world.Network.Trace = (DatagramStep step, DropReason _, in SimulatedDatagram datagram) =>
            {
                if (step == DatagramStep.Sent && datagram.Destination.Equals(direct) && HandshakePiece.IsHandshake(datagram.Payload))
                {
                    recorded.Add(datagram.Payload.ToArray());
                }
            };
            await using AntsStream stream = await alice.OpenStreamAsync(new Invite(bob.Id, [], [direct]), "count/1", "once"u8.ToArray());
            AntsSession bobs = await bob.AcceptSessionAsync();
            world.Network.Trace = null;
            Assert.That(recorded, Has.Count.EqualTo(3), "two pieces, and early data");

            await ReplayAsync();
            Assert.That(bobs.Closed.IsCompleted, Is.False, bobs.Closed.IsCompleted ? $"{await bobs.Closed}" : "");
            Assert.That((bob.Core.Peers.Count, handled), Is.EqualTo((1, 1)));
            await stream.Session.CloseAsync();
            await bobs.Closed;
            await ReplayAsync();
            Assert.That((bob.Core.Peers.Count, handled), Is.EqualTo((0, 1)));
            Task<AntsSession> next = bob.AcceptSessionAsync().AsTask();
            Assert.That(next.IsCompleted, Is.False, "no session has come since");
        }, TimeSpan.FromMinutes(5));

        async Task ReplayAsync()
        {
            foreach (double wait in (double[])[1, 12, 40])
            {
                recorded.ForEach(datagram => attacker.Send(datagram, datagram.Length, direct));
                await world.PassAsync(wait);
            }
        }
    }
}
