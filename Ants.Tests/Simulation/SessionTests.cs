using Ants.Protocol;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class SessionTests
{
    [Test]
    public void A_handshake_takes_one_round_trip_for_the_initiator_and_one_and_a_half_for_the_other()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed(delayMs: 10);
        double start = pair.Ms;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Established);
        Assert.That(pair.Ms - start, Is.EqualTo(20).Within(0.001));
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        Assert.That(pair.Ms - start, Is.EqualTo(30).Within(0.001));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Bytes_arrive_once_and_in_order_over_a_bad_wire(int seed)
    {
        EndpointPair pair = new(seed);
        Wire wire = pair.AddDirect(delayMs: 5);
        (wire.Loss, wire.Duplication, wire.Corruption, wire.Jitter) = (0.1, 0.05, 0.02, TimeSpan.FromMilliseconds(3));
        pair.Alice.Connect(wire.BobFromAlice);
        Talk talk = new(pair, pair.Alice, 300_000, seed);
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished);
        Assert.That(talk.IsIntact);
    }

    [Test]
    public void A_probe_that_is_answered_promotes_the_session_and_a_cut_brings_it_back()
    {
        EndpointPair pair = new();
        Wire relayed = pair.AddRelayed(delayMs: 10);
        Wire direct = pair.AddDirect(delayMs: 1);
        pair.Alice.Connect(relayed.BobFromAlice);
        Talk talk = new(pair, pair.Alice, 2_000_000, 7);
        talk.WriteAll();
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        pair.Alice.Session!.Probe(direct.BobFromAlice);
        pair.RunUntil(() => pair.Alice.IsDirect == true && pair.Bob.IsDirect == true);
        Assert.That(talk.IsFinished, Is.False, "The promotion comes in the middle of the transfer.");
        pair.RunFor(5);
        direct.IsCut = true;
        pair.RunUntil(() => pair.Alice.IsDirect == false);
        pair.RunUntil(() => talk.IsFinished);
        Assert.That(talk.IsIntact);
        direct.IsCut = false;
        pair.Alice.Session!.Probe(direct.BobFromAlice);
        pair.RunUntil(() => pair.Alice.IsDirect == true && pair.Bob.IsDirect == true);
    }

    [TestCase(SessionErrorCode.None, "done")]
    [TestCase(SessionErrorCode.GoingAway, "the server stops, päüse")]
    public void A_close_from_either_side_is_heard_with_its_code_and_reason_and_both_forget(SessionErrorCode code, string reason)
    {
        foreach (bool initiatorCloses in (bool[])[true, false])
        {
            EndpointPair pair = Established();
            Side closer = initiatorCloses ? pair.Alice : pair.Bob;
            closer.Endpoint.Close(pair.Now, closer.Session!, code, reason);
            pair.RunUntil(() => closer.Other.End is not null, 1000);
            Assert.That(closer.End, Is.EqualTo(new SessionEnd(SessionEndCause.Local, code, reason)));
            Assert.That(closer.Other.End, Is.EqualTo(new SessionEnd(SessionEndCause.Peer, code, reason)));
            pair.RunFor(5000);
            Assert.That(pair.Sides.Select(side => side.Endpoint.SessionCount), Is.All.Zero);
            Assert.That(pair.Sides.Select(side => side.Count(SessionEventKind.Closed)), Is.All.EqualTo(1));
        }
    }

    [Test]
    public void What_was_sent_before_a_close_is_told_before_the_close()
    {
        EndpointPair pair = Established();
        Talk talk = new(pair, pair.Alice, 500, 1);
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished);
        pair.Alice.Endpoint.Close(pair.Now, pair.Alice.Session!, SessionErrorCode.None, "done");
        pair.RunFor(1000);
        Assert.That(pair.Bob.Events[^1].Event.Kind, Is.EqualTo(SessionEventKind.Closed));
        Assert.That(talk.IsIntact);
    }

    [Test]
    public void Two_that_close_at_once_fall_silent()
    {
        EndpointPair pair = Established();
        foreach (Side side in pair.Sides)
        {
            side.Endpoint.Close(pair.Now, side.Session!, SessionErrorCode.None, "bye");
        }

        pair.RunFor(100);
        long sent = pair.DatagramsSent;
        pair.RunFor(10_000);
        Assert.That(pair.DatagramsSent, Is.EqualTo(sent));
        Assert.That(pair.Sides.Select(side => side.End!.Cause), Is.All.EqualTo(SessionEndCause.Local));
        Assert.That(pair.Sides.Select(side => side.Endpoint.SessionCount), Is.All.Zero);
    }

    [Test]
    public void Silence_ends_a_session_after_the_lesser_idle_timeout_of_the_two()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        pair.Alice.Options = new SessionOptions { Parameters = new TransportParameters { IdleTimeout = TimeSpan.FromSeconds(20) } };
        pair.Bob.Options = new SessionOptions { Parameters = new TransportParameters { IdleTimeout = TimeSpan.FromSeconds(60) } };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(100);
        pair.RunFor(19_500);
        Assert.That(pair.Sides.Select(side => side.End), Is.All.Null);
        pair.RunFor(600);
        Assert.That(pair.Sides.Select(side => side.End!.Cause), Has.Some.EqualTo(SessionEndCause.NoPath));
    }

    [Test]
    public void A_direct_path_is_kept_alive_every_25_s_and_a_relayed_one_is_not()
    {
        EndpointPair relayed = Established();
        long before = relayed.DatagramsSent;
        relayed.RunFor(300_000);
        Assert.That(relayed.DatagramsSent, Is.EqualTo(before));

        EndpointPair direct = new();
        Wire wire = direct.AddDirect();
        direct.Alice.Connect(wire.BobFromAlice);
        direct.RunFor(1000);
        before = direct.DatagramsSent;
        direct.RunFor(100_000);
        long sent = direct.DatagramsSent - before;
        Assert.That(sent, Is.InRange(8, 20), "a PING and an ACK of one side, or of both, each 25 s");
    }

    [Test]
    public void A_datagram_arrives_or_not_and_one_that_is_too_long_is_refused()
    {
        EndpointPair pair = Established();
        int longest = pair.Alice.Session!.MaxDatagramPayload;
        Assert.That(pair.Alice.Session.TrySendDatagram(new byte[longest + 1]), Is.False);
        byte[] payload = new byte[longest];
        pair.Random.NextBytes(payload);
        Assert.That(pair.Alice.Session.TrySendDatagram(payload));
        Assert.That(pair.Alice.Session.TrySendDatagram([]));
        Assert.That(pair.Alice.Session.TrySendDatagram([1, 2, 3]));
        pair.RunFor(50);
        byte[] taken = new byte[1500];
        foreach (byte[] expected in (byte[][])[payload, [], [1, 2, 3]])
        {
            Assert.That(pair.Bob.Session!.TryTakeDatagram(taken, out int length));
            Assert.That(taken[..length], Is.EqualTo(expected));
        }

        Assert.That(pair.Bob.Session!.TryTakeDatagram(taken, out _), Is.False);
        Assert.That(pair.Bob.Count(SessionEventKind.Datagrams), Is.InRange(1, 3));
    }

    [Test]
    public void Datagrams_outside_congestion_control_go_out_however_many_are_unacknowledged()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect(delayMs: 50);
        pair.Alice.Options = new SessionOptions { GateDatagrams = false };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(500);
        long before = pair.DatagramsSent;
        for (int i = 0; i < 200; i++)
        {
            Assert.That(pair.Alice.Session!.TrySendDatagram(new byte[1000]));
        }

        pair.Flush();
        Assert.That(pair.DatagramsSent - before, Is.EqualTo(200));
    }

    [Test]
    public void Of_several_lists_of_candidates_the_newest_wins_and_no_more_than_16_are_told()
    {
        EndpointPair pair = Established();
        for (int i = 1; i <= 30; i++)
        {
            pair.Alice.Session!.SetCandidates([.. Enumerable.Range(1, i).Select(n => new Protocol.Wire.WireCandidate(1, EndpointPair.Udp("192.0.2.1", n).EndPoint!))]);
            pair.RunFor(i % 7);
        }

        pair.RunFor(1000);
        SessionEvent last = pair.Bob.Events.Last(e => e.Event.Kind == SessionEventKind.Candidates).Event;
        Assert.That(last.Candidates!, Has.Count.EqualTo(16));
        Assert.That(pair.Bob.End, Is.Null);
    }

    internal static EndpointPair Established(int seed = 1, double delayMs = 10)
    {
        EndpointPair pair = new(seed);
        Wire wire = pair.AddRelayed(delayMs);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        pair.RunFor(100);
        return pair;
    }
}
