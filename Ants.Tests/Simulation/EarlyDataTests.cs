using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

/// <summary>Bytes that go with message 1: what they save, and that nothing else comes of them.</summary>
public class EarlyDataTests
{
    private const int Request = 500;

    [Test]
    public void Early_data_are_with_the_peer_after_half_a_round_trip_and_are_delivered_once()
    {
        EndpointPair pair = Allowing(61);
        Wire wire = pair.AddRelayed(delayMs: 20);
        double start = pair.Ms;
        Talk talk = Call(pair, wire, Request);
        pair.RunUntil(() => talk.Received == Request, 100);
        Assert.That(pair.Ms - start, Is.EqualTo(20).Within(0.001));
        Assert.That(pair.Bob.Session!.State, Is.EqualTo(SessionState.Unconfirmed));
        pair.RunFor(2000);
        Assert.That((talk.Received, talk.IsIntact, talk.IsFinished), Is.EqualTo((Request, true, true)));
        Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1));
        Assert.That(pair.Bob.Count(SessionEventKind.Established), Is.EqualTo(1));
        Assert.That(pair.Bob.Endpoint.Counters.EarlyDataTaken, Is.EqualTo(1));
    }

    [Test]
    public void An_answer_comes_after_one_round_trip_and_within_what_an_unproven_address_has_paid()
    {
        EndpointPair pair = Allowing(62);
        Wire wire = pair.AddDirect(delayMs: 20);
        Talk? answer = null;
        pair.Bob.OnEvent += (session, e) =>
        {
            if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == Ants.Protocol.Streams.StreamEventKind.Readable && answer is null)
            {
                answer = new Talk(pair, pair.Bob, 20_000, 9);
                answer.WriteAll();
            }
        };
        double start = pair.Ms;
        Call(pair, wire, Request);
        pair.RunUntil(() => answer is { Received: > 0 }, 100);
        Assert.That(pair.Ms - start, Is.EqualTo(40).Within(0.001));
        Assert.That(pair.Bob.Session!.State, Is.EqualTo(SessionState.Unconfirmed));
        Assert.That(pair.Bob.BytesTo.Values.Sum(), Is.LessThanOrEqualTo(pair.Bob.BytesFrom.Values.Sum()));
        pair.RunUntil(() => answer!.IsFinished, 2000);
        Assert.That(answer!.IsIntact);
    }

    [TestCase(10)]
    [TestCase(3000)]
    [TestCase(50_000)]
    public void Bytes_arrive_once_and_in_order_however_many_go_early_and_whatever_is_lost(int length)
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            EndpointPair pair = Allowing(seed);
            Wire wire = seed % 2 == 0 ? pair.AddRelayed(delayMs: 20) : pair.AddDirect(delayMs: 20);
            (wire.Loss, wire.Duplication, wire.Corruption) = (0.2, 0.2, 0.05);
            wire.Jitter = TimeSpan.FromMilliseconds(seed % 3 * 20);
            Talk talk = Call(pair, wire, length);
            pair.RunUntil(() => talk.IsFinished, 60_000);
            Assert.That(talk.IsIntact, $"seed {seed}");
            Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1), $"seed {seed}");
        }
    }

    [Test]
    public void A_replay_is_never_taken_twice_by_one_process()
    {
        EndpointPair pair = Allowing(63);
        Wire wire = pair.AddDirect(delayMs: 5);
        List<byte[]> recorded = Record(pair);
        Talk talk = Call(pair, wire, Request);
        pair.RunFor(500);
        pair.Tap = null;
        Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1));
        Session session = pair.Bob.Session!;
        CarrierAddress attacker = EndpointPair.Udp("198.51.100.1", 1);

        // While the session stands, after it is closed, and when its time is long past.
        foreach (double wait in (double[])[1, 12_000, 60_000])
        {
            foreach (CarrierAddress from in (CarrierAddress[])[wire.AliceFromBob, attacker])
            {
                recorded.ForEach(datagram => pair.Inject(pair.Bob, from, datagram));
                pair.RunFor(wait);
                Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1));
                Assert.That(session.End?.Cause, Is.Not.EqualTo(SessionEndCause.PeerRestarted));
            }

            pair.Alice.Endpoint.Close(pair.Now, pair.Alice.Session!, SessionErrorCode.None, "done");
        }

        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(attacker), Is.LessThanOrEqualTo(pair.Bob.BytesFrom[attacker]));
        Assert.That(talk.IsIntact);
    }

    [Test]
    public void A_replay_before_the_true_one_has_proved_itself_leads_to_one_delivery()
    {
        // The listener is faster than the caller: its copy is what opens the session, and the caller's own then proves it.
        EndpointPair pair = Allowing(64);
        Wire wire = pair.AddDirect(delayMs: 20);
        List<byte[]> recorded = Record(pair);
        Talk talk = Call(pair, wire, Request);
        pair.Flush();
        pair.Tap = null;
        CarrierAddress attacker = EndpointPair.Udp("198.51.100.1", 1);
        recorded.ForEach(datagram => pair.Inject(pair.Bob, attacker, datagram));
        pair.RunUntil(() => talk.IsFinished, 5000);
        pair.RunFor(200);
        Assert.That((pair.Bob.Incoming.Count, talk.IsIntact, pair.Bob.Session!.State), Is.EqualTo((1, true, SessionState.Established)));
        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(attacker), Is.LessThanOrEqualTo(pair.Bob.BytesFrom[attacker]));
        Assert.That(pair.Bob.Session!.Paths.Active!.Remote, Is.EqualTo(wire.AliceFromBob));
    }

    [Test]
    public void After_a_restart_a_replay_is_not_taken_however_soon_it_comes()
    {
        foreach (double wait in (double[])[1, 4000, 6000, 29_000, 40_000])
        {
            EndpointPair pair = Allowing(65);
            Wire wire = pair.AddDirect(delayMs: 5);
            List<byte[]> recorded = Record(pair);
            Call(pair, wire, Request);
            pair.RunFor(500);
            pair.Tap = null;
            pair.Bob.Restart();
            pair.Bob.Endpoint.AllowEarlyData(pair.Bob.UnixTime);
            pair.Bob.Incoming.Clear();
            wire.IsCut = true;
            pair.RunFor(wait);
            recorded.ForEach(datagram => pair.Inject(pair.Bob, wire.AliceFromBob, datagram));
            pair.RunFor(100);
            Assert.That(pair.Bob.Incoming, Is.Empty, $"{wait} ms after");
            Assert.That(pair.Bob.Endpoint.Counters.EarlyDataRefused, Is.EqualTo(1));
        }
    }

    [Test]
    public void Refused_early_data_harm_nothing()
    {
        // Allowed a moment ago; not allowed at all; a session that there is already.
        foreach (int how in (int[])[0, 1])
        {
            EndpointPair pair = new(66);
            if (how == 0)
            {
                pair.Bob.Endpoint.AllowEarlyData(pair.Bob.UnixTime);
            }

            Wire wire = pair.AddRelayed(delayMs: 20);
            double start = pair.Ms;
            Talk talk = Call(pair, wire, Request);
            pair.RunUntil(() => talk.IsFinished, 1000);
            Assert.That(pair.Ms - start, Is.EqualTo(60).Within(0.001), "as without");
            Assert.That((talk.IsIntact, pair.Bob.Endpoint.Counters.EarlyDataTaken), Is.EqualTo((true, 0L)));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_stream_that_is_given_up_right_after_its_early_data_harms_nothing(bool byCaller)
    {
        EndpointPair pair = Allowing(69);
        Wire wire = pair.AddRelayed(delayMs: 20);
        Talk talk = Call(pair, wire, Request);
        if (byCaller)
        {
            pair.Alice.Session!.Streams.Reset(talk.Id, 7);
        }
        else
        {
            pair.RunUntil(() => talk.Received == Request, 100);
            pair.Bob.Session!.Streams.StopSending(talk.Id, 7);
            pair.Bob.Session!.Streams.Reset(talk.Id, 7);
            pair.Bob.Endpoint.Wake(pair.Bob.Session!);
        }

        pair.RunFor(2000);
        Assert.That(pair.Sides.Select(side => side.End), Is.All.Null);
        Talk next = new(pair, pair.Alice, 100_000, 1);
        next.WriteAll();
        pair.RunUntil(() => next.IsFinished, 10_000);
    }

    [TestCase(1UL << 20, 700UL)]
    [TestCase(700UL, 1UL << 20)]
    [TestCase(700UL, 700UL)]
    [TestCase(0UL, 0UL)]
    public void A_peer_that_allows_less_than_goes_early_gets_all_of_it_in_time(ulong session, ulong stream)
    {
        EndpointPair pair = Allowing(70);
        pair.Bob.Options = new SessionOptions { Parameters = new TransportParameters { InitialMaxData = session, InitialMaxStreamData = stream } };
        Wire wire = pair.AddRelayed(delayMs: 20);
        Talk talk = Call(pair, wire, 5000);
        Talk other = new(pair, pair.Alice, 50_000, 1);
        other.WriteAll();
        bool starved = Math.Min(session, stream) == 0;
        if (starved)
        {
            pair.RunFor(5000);
        }
        else
        {
            pair.RunUntil(() => talk.IsFinished && other.IsFinished, 30_000);
        }

        Assert.That(pair.Sides.Select(side => side.End), Is.All.Null);
        Assert.That(talk.IsIntact && other.IsIntact && (talk.IsFinished || starved));
    }

    [Test]
    public void When_both_call_each_other_early_data_are_set_aside_and_the_bytes_arrive_once()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            EndpointPair pair = Allowing(seed);
            pair.Alice.Endpoint.AllowEarlyData(pair.Alice.UnixTime - TimeSpan.FromMinutes(1));
            Wire wire = pair.AddRelayed(delayMs: 20);
            Talk up = Call(pair, wire, Request);
            pair.RunFor(seed);
            if (pair.Bob.Session is not null)
            {
                continue;
            }

            pair.Bob.Connect(wire.AliceFromBob);
            Talk down = new(pair, pair.Bob, Request, seed);
            down.WriteAll();
            pair.Bob.Endpoint.SendEarly(pair.Bob.Session!, down.Id);
            pair.RunUntil(() => up.IsFinished && down.IsFinished, 10_000);
            Assert.That(up.IsIntact && down.IsIntact, $"seed {seed}");
            pair.RunFor(15_000);
            Assert.That(pair.Sides.Select(side => side.Endpoint.SessionCount), Is.All.EqualTo(1), $"seed {seed}");
            Assert.That(pair.Sides.Select(side => side.Incoming.Count), Is.All.EqualTo(1), $"seed {seed}");
        }
    }

    [Test]
    public void A_caller_that_never_proves_itself_gets_its_stream_ended_after_10_s()
    {
        EndpointPair pair = Allowing(67);
        Wire wire = pair.AddRelayed(delayMs: 5);
        wire.IsCutFromBob = true;
        Talk talk = Call(pair, wire, Request);
        pair.RunFor(100);
        Assert.That((talk.Received, pair.Bob.Session!.State), Is.EqualTo((Request, SessionState.Unconfirmed)));
        Assert.That(pair.Bob.Endpoint.TryGetSession(pair.Alice.Endpoint.Id, out _), Is.False, "it is nobody's session yet");
        pair.RunFor(10_000);
        Assert.That(pair.Bob.End!.Cause, Is.EqualTo(SessionEndCause.HandshakeTimeout));

        // The caller still sends its message 1: the bytes must not be told again as another session's.
        wire.IsCutFromBob = false;
        pair.RunFor(5000);
        Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1));
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.Zero);
    }

    [Test]
    public void An_unproven_session_takes_nothing_but_streams_and_takes_no_other_s_place()
    {
        EndpointPair pair = Allowing(68);
        Wire wire = pair.AddRelayed(delayMs: 5);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(100);
        Session standing = pair.Bob.Session!;
        RawCaller caller = new(pair, pair.Alice, 9);
        byte[] stream = [0x12, pair.Alice.Endpoint.Id < pair.Bob.Endpoint.Id ? (byte)0 : (byte)1, 2, 1, 2];
        byte[][] hostile =
        [
            [0x01], [0x02, 0, 0, 0, 0, 0], [0x05, 4], [0x18, 1, 2, 3], [0x1B, 0, 0],
            [0x0B, 2, .. new byte[24]], [0x0C, .. new byte[8]], [0x1A, 1, 1, 1, 4, 0, 80, 198, 51, 100, 9], [0x40, 0x99],
        ];
        foreach (byte[] frame in hostile)
        {
            int before = pair.Bob.Incoming.Count;
            caller.Call(wire.AliceFromBob, [.. stream, .. frame]);
            pair.RunFor(50);
            Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(before), $"the whole datagram is dropped that holds 0x{frame[0]:x}");
        }

        caller.Call(wire.AliceFromBob, stream);
        pair.RunFor(50);
        Assert.That(pair.Bob.Incoming, Has.Count.EqualTo(1), "one with streams alone is taken");
        Assert.That(pair.Bob.Count(SessionEventKind.Candidates), Is.Zero);
        Assert.That(pair.Bob.Count(SessionEventKind.Established), Is.EqualTo(1));
        Assert.That((standing.State, standing.End), Is.EqualTo((SessionState.Established, (SessionEnd?)null)));
        Assert.That(pair.Bob.Endpoint.TryGetSession(pair.Alice.Endpoint.Id, out Session? current) && current == standing);
        pair.RunFor(15_000);
        Assert.That((standing.State, pair.Bob.Endpoint.SessionCount), Is.EqualTo((SessionState.Established, 1)));
    }

    /// <summary>A world in which Bob has allowed early data for long enough.</summary>
    private static EndpointPair Allowing(int seed)
    {
        EndpointPair pair = new(seed);
        pair.Bob.Endpoint.AllowEarlyData(pair.Bob.UnixTime - TimeSpan.FromMinutes(1));
        return pair;
    }

    private static Talk Call(EndpointPair pair, Wire wire, int length)
    {
        pair.Alice.Connect(wire.BobFromAlice);
        Talk talk = new(pair, pair.Alice, length, 5);
        talk.WriteAll();
        pair.Alice.Endpoint.SendEarly(pair.Alice.Session!, talk.Id);
        return talk;
    }

    private static List<byte[]> Record(EndpointPair pair)
    {
        List<byte[]> recorded = [];
        pair.Tap = (side, _, datagram) =>
        {
            if (side == pair.Alice && HandshakePiece.IsHandshake(datagram))
            {
                recorded.Add(datagram);
            }
        };
        return recorded;
    }
}
