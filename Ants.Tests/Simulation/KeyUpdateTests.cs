using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

/// <summary>Keys that change under way: when, how, and what an attacker or a wrong peer can make of it.</summary>
public class KeyUpdateTests
{
    private const byte PhaseBit = 0x20;

    [Test]
    public void A_key_changes_after_its_packets_on_all_paths_together_and_not_before_it_is_acknowledged()
    {
        EndpointPair pair = new(51);
        pair.Alice.Options = new SessionOptions { KeyUpdatePackets = 20 };
        Wire relayed = pair.AddRelayed(delayMs: 20);
        Wire direct = pair.AddDirect(delayMs: 5);
        Phases phases = new(pair, pair.Alice);
        pair.Alice.Connect(relayed.BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        pair.Alice.Session!.Probe(direct.BobFromAlice);
        Talk talk = new(pair, pair.Alice, 300_000, 1);
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished);
        Assert.That(talk.IsIntact);
        Assert.That(phases.Changes, Is.GreaterThan(4));
        Assert.That(phases.Least, Is.GreaterThanOrEqualTo(20), "packets under one key");
        Assert.That(phases.Paths, Has.Count.GreaterThan(1), "paths that the packets went on");
        Assert.That(new Phases(pair, pair.Bob).Changes, Is.Zero, "each end changes its own key");

        // Nothing is acknowledged any more: the key stays.
        int before = phases.Changes;
        relayed.IsCutFromBob = direct.IsCutFromBob = true;
        Talk unheard = new(pair, pair.Alice, 300_000, 2);
        unheard.WriteAll();
        pair.RunFor(20_000);
        Assert.That(phases.Since, Is.GreaterThan(30));
        Assert.That(phases.Changes - before, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void A_key_that_is_ten_minutes_old_changes_with_the_next_packet_and_not_without_one()
    {
        EndpointPair pair = SessionTests.Established(52);
        Phases alice = new(pair, pair.Alice);
        pair.Alice.Session!.TrySendDatagram([1]);
        pair.RunFor(9 * 60_000);
        pair.Alice.Session!.TrySendDatagram([2]);
        pair.RunFor(1000);
        Assert.That(alice.Changes, Is.Zero);
        pair.RunFor(600_000);
        Assert.That(alice.Changes, Is.Zero, "nothing was sent");
        pair.Alice.Session!.TrySendDatagram([3]);
        pair.Alice.Session!.TrySendDatagram([4]);
        pair.RunFor(1000);
        Assert.That(alice.Changes, Is.EqualTo(1));
        byte[] taken = new byte[10];
        for (byte i = 1; i <= 4; i++)
        {
            Assert.That(pair.Bob.Session!.TryTakeDatagram(taken, out _) && taken[0] == i);
        }
    }

    [Test]
    public void A_flipped_phase_bit_changes_nothing()
    {
        EndpointPair pair = SessionTests.Established(53);
        List<byte[]> recorded = [];
        pair.Tap = (side, _, datagram) => recorded.Add(datagram);
        pair.Wires[0].IsCut = true;
        for (byte i = 0; i < 20; i++)
        {
            pair.Alice.Session!.TrySendDatagram([i]);
        }

        pair.Flush();
        pair.Tap = null;
        pair.Wires[0].IsCut = false;
        long dropped = pair.Bob.Endpoint.Counters.Unauthentic;
        foreach (byte[] datagram in recorded)
        {
            byte[] flipped = (byte[])datagram.Clone();
            flipped[0] ^= PhaseBit;
            pair.Inject(pair.Bob, pair.Wires[0].AliceFromBob, flipped);
        }

        Assert.That(pair.Bob.Endpoint.Counters.Unauthentic - dropped, Is.EqualTo(recorded.Count));
        recorded.ForEach(datagram => pair.Inject(pair.Bob, pair.Wires[0].AliceFromBob, datagram));
        Assert.That(Datagrams(pair.Bob), Is.EqualTo(Enumerable.Range(0, 20)), "the true ones are taken as if nothing had been");
        Assert.That(pair.Bob.End, Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_late_packet_of_the_last_key_is_taken_for_three_probe_timeouts_and_no_longer(bool inTime)
    {
        EndpointPair pair = Confirmed(54);
        byte[] late = Captured(pair, [7]);
        pair.Alice.Session!.TrySendDatagram([8]);
        pair.RunFor(50);
        Assert.That(pair.Bob.Session!.Keys!.Receiving.Deadline, Is.Not.Null);
        pair.RunFor(inTime ? 100 : 300);
        Assert.That(pair.Bob.Session!.Keys!.Receiving.Deadline, inTime ? Is.Not.Null : Is.Null, "the old key is gone when its time is up, packets or not");
        pair.Inject(pair.Bob, pair.Wires[0].AliceFromBob, late);
        Assert.That(Datagrams(pair.Bob), Is.EqualTo(inTime ? (int[])[8, 7] : [8]));
        Assert.That(pair.Bob.End, Is.Null);
    }

    [Test]
    public void A_replayed_packet_of_an_old_key_is_dropped_in_every_generation()
    {
        EndpointPair pair = new(55);
        pair.Alice.Options = new SessionOptions { KeyUpdatePackets = 4 };
        Wire wire = pair.AddRelayed(delayMs: 2);
        List<byte[]> recorded = [];
        Phases phases = new(pair, pair.Alice, recorded.Add);
        pair.Alice.Connect(wire.BobFromAlice);
        for (int i = 0; i < 30; i++)
        {
            pair.RunFor(300);
            pair.Alice.Session!.TrySendDatagram([(byte)i]);
        }

        pair.RunFor(300);
        Assert.That(phases.Changes, Is.GreaterThan(4));
        Assert.That(Datagrams(pair.Bob), Has.Count.EqualTo(30));
        recorded.ForEach(datagram => pair.Inject(pair.Bob, wire.AliceFromBob, datagram));
        Assert.That(Datagrams(pair.Bob), Is.Empty);
        Assert.That(pair.Bob.End, Is.Null);
    }

    [Test]
    public void A_peer_that_changes_its_key_twice_without_an_acknowledgement_is_told_so()
    {
        EndpointPair pair = Confirmed(56);

        // A peer that does not keep to the rule: it takes its packets for acknowledged as it sends them.
        SendingKeys keys = pair.Alice.Session!.Keys!.Sending;
        uint before = keys.Generation;
        for (int i = 0; i < 12; i++)
        {
            keys.OnAcked(keys.Generation);
            pair.Alice.Session!.TrySendDatagram([1]);
            pair.Flush();
        }

        Assert.That(keys.Generation - before, Is.GreaterThanOrEqualTo(2));
        pair.RunFor(12);
        Assert.That(pair.Bob.End, Is.EqualTo(new SessionEnd(SessionEndCause.ProtocolViolation, SessionErrorCode.KeyUpdate,
            "the key was changed again before its last change was acknowledged")));
    }

    [Test]
    public void A_key_of_which_nothing_is_acknowledged_ends_the_session_at_its_limit()
    {
        EndpointPair pair = new(57);
        pair.Alice.Options = new SessionOptions { GateDatagrams = false, KeyUpdatePackets = 20, KeyLimitPackets = 100 };
        Wire wire = pair.AddRelayed(delayMs: 10);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(200);
        Send(300);
        Assert.That(pair.Alice.End, Is.Null, "a key of which something is acknowledged goes in time");
        Assert.That(pair.Alice.Session!.Keys!.Sending.Generation, Is.GreaterThan(5));

        wire.IsCutFromAlice = true;
        Send(50);
        Assert.That(pair.Alice.End, Is.Null);
        Send(100);
        Assert.That(pair.Alice.End, Is.EqualTo(new SessionEnd(SessionEndCause.Local, SessionErrorCode.KeyLimit,
            "the session's keys have protected as many packets as they may")));

        void Send(int count)
        {
            for (int i = 0; i < count; i++)
            {
                pair.Alice.Session!.TrySendDatagram([1]);
                if (i % 10 == 9)
                {
                    pair.Bob.Session!.TrySendDatagram([2]);
                    pair.RunFor(25);
                }
            }
        }
    }

    [TestCase(0.0, 0)]
    [TestCase(0.2, 30)]
    public void Both_ends_may_change_their_keys_at_once_and_as_often_as_they_like(double loss, double jitter)
    {
        int changes = 0;
        for (int seed = 1; seed <= 30; seed++)
        {
            EndpointPair pair = new(seed);
            foreach (Side side in pair.Sides)
            {
                side.Options = new SessionOptions { KeyUpdatePackets = 1 };
            }

            Wire wire = pair.AddDirect(delayMs: 10);
            (wire.Loss, wire.Jitter) = (loss, TimeSpan.FromMilliseconds(jitter));
            Phases phases = new(pair, pair.Alice);
            pair.Alice.Connect(wire.BobFromAlice);
            pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established, 30_000);
            Talk up = new(pair, pair.Alice, 60_000, seed), down = new(pair, pair.Bob, 60_000, seed + 1);
            up.WriteAll();
            down.WriteAll();
            pair.RunUntil(() => up.IsFinished && down.IsFinished, 120_000);
            Assert.That(up.IsIntact && down.IsIntact && pair.Sides.All(side => side.End is null), $"seed {seed}");
            changes += phases.Changes;
        }

        TestContext.Out.WriteLine($"{changes} changes of one end's key in 30 transfers");
        Assert.That(changes, Is.GreaterThan(60));
    }

    /// <summary>A session in which both ends' first keys are confirmed, and whose initiator changes its key with each packet.</summary>
    private static EndpointPair Confirmed(int seed)
    {
        EndpointPair pair = new(seed);
        pair.Alice.Options = new SessionOptions { KeyUpdatePackets = 4 };
        Wire wire = pair.AddRelayed(delayMs: 10);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        pair.RunFor(200);
        while (pair.Alice.Session!.Keys!.Sending.Count < 3)
        {
            pair.Alice.Session!.TrySendDatagram([0]);
            pair.RunFor(200);
        }

        Datagrams(pair.Bob);
        return pair;
    }

    /// <summary>A packet of Alice's that the network holds back.</summary>
    private static byte[] Captured(EndpointPair pair, byte[] payload)
    {
        byte[]? captured = null;
        pair.Wires[0].IsCut = true;
        pair.Tap = (_, _, datagram) => captured = datagram;
        pair.Alice.Session!.TrySendDatagram(payload);
        pair.Flush();
        pair.Tap = null;
        pair.Wires[0].IsCut = false;
        return captured!;
    }

    private static List<int> Datagrams(Side side)
    {
        List<int> all = [];
        byte[] taken = new byte[1500];
        while (side.Session!.TryTakeDatagram(taken, out _))
        {
            all.Add(taken[0]);
        }

        return all;
    }

    /// <summary>Counts what an observer of the wire sees of the changes of one end's key.</summary>
    private sealed class Phases
    {
        private bool? _phase;

        public Phases(EndpointPair pair, Side side, Action<byte[]>? see = null) => pair.Tap += (from, _, datagram) =>
        {
            if (from == side && PacketHeader.TryRead(datagram, out PacketHeader header))
            {
                see?.Invoke(datagram);
                Note(PacketHeader.HasKeyPhase(datagram[0]), header.Destination);
            }
        };

        public int Changes { get; private set; }

        /// <summary>Packets since the last change.</summary>
        public int Since { get; private set; }

        /// <summary>The fewest packets under one key.</summary>
        public int Least { get; private set; } = int.MaxValue;

        public HashSet<ConnectionId> Paths { get; } = [];

        private void Note(bool phase, ConnectionId id)
        {
            Paths.Add(id);
            if (_phase is { } last && phase != last)
            {
                Changes++;
                Least = Math.Min(Least, Since);
                Since = 0;
            }

            _phase = phase;
            Since++;
        }
    }
}
