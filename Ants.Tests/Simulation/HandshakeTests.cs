using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class HandshakeTests
{
    [Test]
    public void When_both_connect_at_once_one_session_results_whatever_the_timing()
    {
        int checks = 0;
        foreach (int seed in Enumerable.Range(1, 120))
        {
            EndpointPair pair = new(seed);
            Wire wire = pair.AddRelayed(delayMs: 1 + (seed % 40));
            wire.Jitter = TimeSpan.FromMilliseconds(seed % 5 * 8);
            wire.Loss = seed % 3 * 0.1;
            wire.Duplication = seed % 2 * 0.2;
            pair.Alice.Connect(wire.BobFromAlice);
            Talk up = new(pair, pair.Alice, 5000, seed);
            up.WriteAll();
            Talk? down = null;
            pair.After(pair.Random.NextDouble() * 60, () =>
            {
                if (pair.Bob.Session is null)
                {
                    pair.Bob.Connect(wire.AliceFromBob);
                }

                down = new Talk(pair, pair.Bob, 5000, seed + 1);
                down.WriteAll();
            });
            pair.RunUntil(() => up.IsFinished && down is { IsFinished: true }, 30_000);
            Assert.That(up.IsIntact && down!.IsIntact, $"seed {seed}");
            pair.RunFor(15_000);
            Assert.That(pair.Sides.Select(side => side.Endpoint.SessionCount), Is.All.EqualTo(1), $"seed {seed}");
            Assert.That(pair.Sides.Select(side => side.Count(SessionEventKind.Established)), Is.All.EqualTo(1), $"seed {seed}");
            Assert.That(pair.Sides.Select(side => side.End), Is.All.Null, $"seed {seed}");
            checks += 7;
        }

        TestContext.Out.WriteLine($"120 seeds, {checks} invariants checked");
    }

    [Test]
    public void Once_a_session_stands_nothing_of_its_handshake_is_kept_and_its_pieces_are_still_known()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect();
        HandshakeRequest? request = null;
        byte[]? piece = null;
        pair.Bob.Admit = asked => (request = asked) is not null;
        pair.Tap = (from, _, datagram) => piece ??= datagram;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => request?.Answer is not null);
        pair.RunUntil(() => pair.Bob.Count(SessionEventKind.Established) == 1);
        Assert.That(request!.Answer, Is.Null);
        Assert.That(() => request.Responder, Throws.InvalidOperationException);

        // A piece of message 1 that is late, or comes twice.
        pair.Inject(pair.Bob, wire.AliceFromBob, piece!);
        pair.RunFor(1_000);
        Assert.That(pair.Sides.Select(side => (side.Endpoint.SessionCount, side.End)), Is.All.EqualTo((1, (SessionEnd?)null)));
        Assert.That(pair.Bob.Endpoint.Counters.HandshakesRead, Is.EqualTo(1));
    }

    [Test]
    public void When_only_one_way_works_for_each_the_crossed_handshakes_still_meet()
    {
        foreach (int seed in Enumerable.Range(1, 20))
        {
            // Each calls the other over a relay on which only the caller's own calls arrive first.
            EndpointPair pair = new(seed);
            Wire toBob = pair.AddRelayed(link: 1), toAlice = pair.AddRelayed(link: 2);
            bool aliceIsLower = pair.Alice.Endpoint.Id < pair.Bob.Endpoint.Id;
            (aliceIsLower ? toBob : toAlice).IsCut = true;
            pair.Alice.Connect(toBob.BobFromAlice);
            pair.Bob.Connect(toAlice.AliceFromBob);
            pair.RunUntil(() => pair.Sides.All(side => side.Session!.State == SessionState.Established), 3000);
        }
    }

    [Test]
    public void Lost_doubled_and_reordered_pieces_only_delay_a_handshake()
    {
        foreach (int seed in Enumerable.Range(1, 60))
        {
            EndpointPair pair = new(seed);
            Wire wire = pair.AddDirect(delayMs: 5);
            (wire.Loss, wire.Duplication, wire.Jitter) = (0.3, 0.3, TimeSpan.FromMilliseconds(40));
            pair.Alice.Connect(wire.BobFromAlice);
            pair.RunUntil(() => pair.Sides.All(side => side.Session?.State == SessionState.Established), 30_000);
            Assert.That(pair.Bob.Count(SessionEventKind.Established), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_retransmitted_handshake_message_is_the_same_to_the_byte()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect();
        Dictionary<(HandshakeRole From, int Index), HashSet<string>> seen = [];
        int pieces = 0;
        wire.IsCutFromBob = true;
        pair.Tap = (_, _, datagram) =>
        {
            if (HandshakePiece.TryRead(datagram, out HandshakePiece piece) && piece.Index >= 0)
            {
                pieces++;
                (HandshakeRole, int) key = (piece.From, piece.Index);
                (seen.TryGetValue(key, out HashSet<string>? data) ? data : seen[key] = []).Add(Convert.ToHexString(piece.Data));
            }
        };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(5000);
        Assert.That(pieces, Is.GreaterThan(12));
        Assert.That(seen, Has.Count.EqualTo(4), "two pieces each way");
        Assert.That(seen.Values.Select(data => data.Count), Is.All.EqualTo(1));
    }

    [Test]
    public void A_responder_never_sends_more_than_came()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect();
        wire.IsCutFromBob = true;
        pair.Alice.Connect(wire.BobFromAlice);
        for (int i = 0; i < 200; i++)
        {
            pair.RunFor(50);
            Assert.That(pair.Bob.BytesTo.Values.Sum(), Is.LessThanOrEqualTo(pair.Bob.BytesFrom.Values.Sum()));
        }
    }

    [Test]
    public void A_refusal_reaches_the_initiator_with_its_reason()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        pair.Bob.Admit = _ => false;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Alice.End is not null, 1000);
        Assert.That(pair.Alice.End, Is.EqualTo(new SessionEnd(SessionEndCause.Refused, SessionErrorCode.Refused, "not a contact")));
        pair.RunFor(100);
        Assert.That(pair.Sides.Select(side => side.Endpoint.SessionCount), Is.All.Zero);
    }

    [Test]
    public void A_peer_that_restarted_resets_the_session_at_the_first_packet()
    {
        EndpointPair pair = SessionTests.Established();
        Talk talk = new(pair, pair.Alice, 1000, 1);
        pair.Bob.Restart();
        talk.WriteAll();
        double start = pair.Ms;
        pair.RunUntil(() => pair.Alice.End is not null, 1000);
        Assert.That(pair.Ms - start, Is.EqualTo(20).Within(1), "one round trip");
        Assert.That(pair.Alice.End!.Cause, Is.EqualTo(SessionEndCause.PeerRestarted));
        Assert.That(pair.Bob.Endpoint.Counters.ResetsSent, Is.Positive);
    }

    [Test]
    public void A_restarted_peer_that_connects_anew_takes_the_old_session_s_place()
    {
        EndpointPair pair = SessionTests.Established();
        Session old = pair.Bob.Session!;
        pair.Alice.Restart();
        pair.Alice.Connect(pair.Wires[0].BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session != old && pair.Bob.Session!.State == SessionState.Established, 1000);
        Assert.That(old.End, Is.EqualTo(new SessionEnd(SessionEndCause.PeerRestarted, SessionErrorCode.Superseded, old.End!.Reason)));
        Talk talk = new(pair, pair.Alice, 1000, 1);
        talk.WriteAll();
        pair.RunUntil(() => talk.IsFinished, 1000);
        pair.RunFor(1000);
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.EqualTo(1));
    }

    [Test]
    public void A_session_that_is_superseded_tells_its_peer()
    {
        // Two processes with one identity: the first hears that the second has taken over.
        EndpointPair pair = SessionTests.Established();
        Side impostor = new(pair, "alice again", seed: 1);
        List<string> heard = [];
        pair.Tap = (side, to, datagram) => heard.Add($"{side.Name} {datagram.Length}");
        Session first = pair.Alice.Session!;
        impostor.Other = pair.Bob;
        impostor.Endpoint.NextRandom();
        impostor.Connect(pair.Wires[0].BobFromAlice);
        DeliverBetween(pair, impostor);
        Assert.That(first.End, Is.Not.Null);
        Assert.That(first.End!.Cause, Is.EqualTo(SessionEndCause.Peer));
        Assert.That(first.End.Code, Is.EqualTo(SessionErrorCode.Superseded));
    }

    [Test]
    public void A_replayed_message_1_changes_nothing()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect();
        List<byte[]> recorded = [];
        pair.Tap = (side, _, datagram) =>
        {
            if (side == pair.Alice && HandshakePiece.IsHandshake(datagram))
            {
                recorded.Add(datagram);
            }
        };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(500);
        Session session = pair.Bob.Session!;
        CarrierAddress attacker = EndpointPair.Udp("198.51.100.1", 1);

        foreach (CarrierAddress from in (CarrierAddress[])[wire.AliceFromBob, attacker])
        {
            recorded.ForEach(datagram => pair.Inject(pair.Bob, from, datagram));
            pair.RunFor(15_000);
            Assert.That(pair.Bob.Session, Is.SameAs(session));
            Assert.That(pair.Bob.Endpoint.SessionCount, Is.EqualTo(1));
            Assert.That(session.End, Is.Null);
        }

        Assert.That(pair.Bob.BytesTo.GetValueOrDefault(attacker), Is.LessThanOrEqualTo(pair.Bob.BytesFrom[attacker]));

        // A process that has restarted has no memory of it: the replay is answered, and takes effect on nothing.
        pair.Bob.Restart();
        recorded.ForEach(datagram => pair.Inject(pair.Bob, attacker, datagram));
        Assert.That(pair.Bob.Session!.State, Is.EqualTo(SessionState.Unconfirmed));
        pair.RunFor(15_000);
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.Zero);
        Assert.That(pair.Bob.Endpoint.TryGetSession(pair.Alice.Endpoint.Id, out _), Is.False);
        Assert.That(pair.Bob.BytesTo[attacker], Is.LessThanOrEqualTo(pair.Bob.BytesFrom[attacker]));
    }

    [Test]
    public void A_message_1_older_than_one_that_proved_live_is_dropped()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        List<byte[]> older = [];
        wire.IsCut = true;
        pair.Tap = (side, _, datagram) => older.Add(datagram);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.Flush();
        pair.Alice.Endpoint.Abandon(pair.Alice.Session!, new SessionEnd(SessionEndCause.Local, SessionErrorCode.None, "later"));
        pair.Tap = null;
        wire.IsCut = false;
        pair.RunFor(1000);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established, 1000);
        Session session = pair.Bob.Session!;
        older.ForEach(datagram => pair.Inject(pair.Bob, wire.AliceFromBob, datagram));
        Assert.That(pair.Bob.Session, Is.SameAs(session));
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.EqualTo(1));
        Assert.That(pair.Bob.Endpoint.Counters.Replays, Is.EqualTo(1));
    }

    [Test]
    public void A_replay_of_the_peer_s_handshake_does_not_spoil_one_that_we_began()
    {
        foreach (int seed in Enumerable.Range(1, 10))
        {
            EndpointPair pair = new(seed);
            Wire wire = pair.AddRelayed();
            List<byte[]> recorded = [];
            wire.IsCut = true;
            pair.Tap = (side, _, datagram) => recorded.Add(datagram);
            pair.Bob.Connect(wire.AliceFromBob);
            pair.Flush();
            pair.Bob.Endpoint.Abandon(pair.Bob.Session!, new SessionEnd(SessionEndCause.Local, SessionErrorCode.None, "not now"));
            pair.Tap = null;
            wire.IsCut = false;
            pair.RunFor(1000);
            pair.Alice.Connect(wire.BobFromAlice);
            recorded.ForEach(datagram => pair.Inject(pair.Alice, wire.BobFromAlice, datagram));
            Session session = pair.Alice.Session!;
            pair.RunUntil(() => pair.Sides.All(side => side.Session?.State == SessionState.Established), 1000);
            Assert.That(pair.Alice.Session, Is.SameAs(session));
        }
    }

    [Test]
    public void An_initiator_that_never_confirms_is_forgotten_after_10_s()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        wire.IsCutFromBob = true;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(100);
        Assert.That(pair.Bob.Session!.State, Is.EqualTo(SessionState.Unconfirmed));
        pair.Alice.Endpoint.Abandon(pair.Alice.Session!, new SessionEnd(SessionEndCause.Local, SessionErrorCode.None, ""));
        pair.RunFor(10_000);
        Assert.That(pair.Bob.End!.Cause, Is.EqualTo(SessionEndCause.HandshakeTimeout));
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.Zero);
    }

    [Test]
    public void Requests_that_nobody_answers_are_bounded_and_expire()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        pair.Bob.Admit = null;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(9000);
        Assert.That(pair.Bob.Unanswered, Has.Count.EqualTo(1));
        HandshakeRequest request = pair.Bob.Unanswered[0];
        pair.Wires[0].IsCut = true;
        pair.RunFor(3000);
        Assert.That(pair.Bob.Endpoint.Accept(pair.Now, request, pair.Bob.Options), Is.Null);
        pair.Wires[0].IsCut = false;
        pair.RunFor(3000);
        Assert.That(pair.Bob.Unanswered, Has.Count.EqualTo(2), "The initiator still asks.");
        Assert.That(pair.Bob.Unanswered[1], Is.SameAs(request));
        Assert.That(pair.Bob.Endpoint.Accept(pair.Now, request, pair.Bob.Options), Is.Not.Null);
    }

    private static void DeliverBetween(EndpointPair pair, Side stranger)
    {
        // The tap sends what Bob answers to both that call themselves Alice.
        pair.Tap = (side, to, datagram) =>
        {
            if (side == pair.Bob)
            {
                pair.After(10, () => stranger.Receive(pair.Wires[0].BobFromAlice, datagram));
            }
        };
        for (int i = 0; i < 300; i++)
        {
            stranger.Endpoint.HandleTimeout(pair.Now);
            stranger.Pump();
            pair.RunFor(5);
        }
    }
}
