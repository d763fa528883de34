using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

/// <summary>What strangers and listeners can do to a session: nothing.</summary>
public class HostileTests
{
    private static readonly CarrierAddress s_stranger = EndpointPair.Udp("198.51.100.66", 666);

    [Test]
    public void Garbage_cut_flipped_and_replayed_datagrams_change_nothing()
    {
        EndpointPair pair = new(21);
        Wire wire = pair.AddDirect(delayMs: 2);
        List<byte[]> recorded = [];
        pair.Tap = (side, _, datagram) =>
        {
            if (side == pair.Alice && recorded.Count < 500)
            {
                recorded.Add(datagram);
            }
        };
        pair.Alice.Connect(wire.BobFromAlice);
        Talk talk = new(pair, pair.Alice, 200_000, 3);
        talk.Write(100_000);
        pair.RunFor(2000);
        string before = State(pair.Bob);
        foreach (byte[] datagram in recorded)
        {
            byte[] flipped = (byte[])datagram.Clone();
            flipped[pair.Random.Next(flipped.Length)] ^= (byte)(1 << pair.Random.Next(8));
            byte[] garbage = new byte[pair.Random.Next(1600)];
            pair.Random.NextBytes(garbage);
            foreach (byte[] hostile in (byte[][])[datagram, datagram[..pair.Random.Next(datagram.Length)], flipped, garbage])
            {
                pair.Bob.Endpoint.HandleDatagram(pair.Now, wire.AliceFromBob, hostile);
                pair.Bob.Receive(s_stranger, hostile);
            }
        }

        pair.Flush();
        Assert.That(State(pair.Bob), Is.EqualTo(before));
        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(s_stranger), Is.LessThanOrEqualTo(pair.Bob.BytesFrom[s_stranger]));
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished, 10_000);
        Assert.That(talk.IsIntact);
    }

    [Test]
    public void Reserved_bits_and_reserved_packet_types_are_refused()
    {
        EndpointPair pair = new(22);
        Wire wire = pair.AddDirect(delayMs: 2);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(500);
        byte[]? captured = null;
        wire.IsCut = true;
        pair.Tap = (side, _, datagram) => captured ??= datagram;
        Assert.That(pair.Alice.Session!.TrySendDatagram([1, 2, 3]));
        pair.Flush();
        foreach (int bit in (int[])[0x04, 0x08, 0x10, 0x20])
        {
            byte[] reserved = (byte[])captured!.Clone();
            reserved[0] ^= (byte)bit;
            long dropped = pair.Bob.Endpoint.Counters.Unauthentic;
            pair.Inject(pair.Bob, wire.AliceFromBob, reserved);
            Assert.That(pair.Bob.Endpoint.Counters.Unauthentic, Is.EqualTo(dropped + 1), $"bit 0x{bit:x}");
        }

        pair.Inject(pair.Bob, wire.AliceFromBob, captured!);
        Assert.That(pair.Bob.Session!.TryTakeDatagram(new byte[10], out int length) && length == 3, "The same packet without them is taken.");
        for (int type = 2; type < 16; type++)
        {
            byte[] handshake = new byte[100];
            handshake[0] = (byte)(0xC0 | (type << 2));
            handshake[1] = 1;
            long bad = pair.Bob.Endpoint.Counters.BadHandshakes;
            pair.Inject(pair.Bob, s_stranger, handshake);
            Assert.That(pair.Bob.Endpoint.Counters.BadHandshakes, Is.EqualTo(bad + 1), $"type {type}");
        }

        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(s_stranger), Is.Zero);
    }

    [Test]
    public void A_stateless_reset_is_smaller_than_its_trigger_and_rate_limited()
    {
        EndpointPair pair = new(23);
        for (int size = 0; size < 1500; size++)
        {
            byte[] packet = new byte[size];
            pair.Random.NextBytes(packet);
            if (size > 0)
            {
                packet[0] = (byte)(0x40 | (packet[0] & 0x03));
            }

            long before = pair.Bob.BytesTo.GetValueOrDefault(s_stranger);
            pair.Inject(pair.Bob, s_stranger, packet);
            Assert.That(pair.Bob.BytesTo.GetValueOrDefault(s_stranger) - before, Is.LessThan(Math.Max(1, size)));
        }

        Assert.That(pair.Bob.Endpoint.Counters.ResetsSent, Is.EqualTo(100), "the burst, and no more in one instant");
        pair.RunFor(1000);
        for (int i = 0; i < 100; i++)
        {
            pair.Inject(pair.Bob, s_stranger, [0x40, .. new byte[60]]);
        }

        Assert.That(pair.Bob.Endpoint.Counters.ResetsSent, Is.EqualTo(120), "twenty a second");
    }

    [Test]
    public void Two_endpoints_that_know_nothing_of_each_other_do_not_answer_resets()
    {
        EndpointPair pair = new(24);
        Wire wire = pair.AddDirect();
        pair.Inject(pair.Bob, wire.AliceFromBob, [0x40, .. new byte[1000]]);
        pair.RunFor(5000);
        Assert.That(pair.DatagramsSent, Is.EqualTo(1));
    }

    [Test]
    public void A_path_that_the_peer_opens_from_a_new_address_costs_that_address_no_more_than_came_from_it()
    {
        EndpointPair pair = SessionTests.Established(25);
        Wire direct = pair.AddDirect(delayMs: 2);
        CarrierAddress victim = EndpointPair.Udp("198.51.100.9", 53);
        direct.AliceFromBob = victim;
        direct.IsCutFromBob = true;
        foreach (int _ in Enumerable.Range(0, 20))
        {
            pair.Alice.Session!.Probe(direct.BobFromAlice);
            pair.RunFor(100);
        }

        Assert.That(pair.Bob.BytesFrom[victim], Is.Positive);
        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(victim), Is.LessThanOrEqualTo(pair.Bob.BytesFrom[victim]));
    }

    [Test]
    public void A_flood_of_first_pieces_costs_bounded_memory_and_no_answer_larger_than_its_question()
    {
        EndpointPair pair = new(26);
        List<byte[]> pieces = [];
        pair.Tap = (_, _, datagram) => pieces.Add(datagram);
        pair.Alice.Connect(s_stranger);
        pair.Flush();
        pair.Tap = null;
        for (int i = 0; i < 5000; i++)
        {
            pair.Inject(pair.Bob, EndpointPair.Udp("198.51.100.7", 1 + i), pieces[0]);
        }

        Assert.That(pair.Bob.BytesTo.All(to => to.Value <= pair.Bob.BytesFrom[to.Key]));
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.Zero);
    }

    private static string State(Side side)
    {
        Session session = side.Session!;
        IEnumerable<string> paths = session.Paths.All.Select(path =>
            $"{path.Id} {path.State} {path.Remote} {path.Acks.Largest} {path.IsAddressValidated}");
        return $"{side.Endpoint.SessionCount} {session.State} {session.Streams.Window.Received} {side.Events.Count} | {string.Join(" | ", paths)}";
    }
}
