using Ants.Protocol;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class FailoverTests
{
    private const double RelayRoundTrip = 40;

    // The probe timeout of a path of 4 ms: the round trip, its variance or 1 ms, and the 25 ms that an ACK may wait.
    private const double ProbeTimeout = 4 + 4 + 25;

    [Test]
    public void Promotion_under_traffic_both_ways_loses_doubles_and_reorders_nothing()
    {
        Scene scene = new(seed: 3);
        scene.Promote();
        scene.Finish();
        Assert.That(scene.Pair.Sides.Select(side => side.IsDirect), Is.All.True);
    }

    [TestCase(true, true)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    public void A_cut_falls_back_onto_the_relay_within_three_probe_timeouts_and_a_round_trip(bool fromAlice, bool fromBob)
    {
        foreach (int seed in Enumerable.Range(1, 10))
        {
            Scene scene = new(seed);
            scene.Promote();
            scene.Pair.RunFor(500 + (seed * 7));
            double cut = scene.Pair.Ms;
            (scene.Direct.IsCutFromAlice, scene.Direct.IsCutFromBob) = (fromAlice, fromBob);
            scene.Pair.RunUntil(() => scene.Pair.Alice.IsDirect == false && scene.Pair.Bob.IsDirect == false, 1000);
            double fellBack = scene.Pair.Ms - cut;
            scene.Pair.RunFor(1000);
            double gap = Math.Max(scene.Up.LongestGap(cut - 20, cut + 900), scene.Down.LongestGap(cut - 20, cut + 900));
            TestContext.Out.WriteLine($"seed {seed}: both relayed {fellBack:0} ms after the cut, longest gap {gap:0} ms");

            // Two probe timeouts, the second with backoff, since the oldest packet; then the standby's proof.
            Assert.That(fellBack, Is.LessThan((3 * ProbeTimeout) + (1.5 * RelayRoundTrip) + 30));
            Assert.That(gap, Is.LessThan((3 * ProbeTimeout) + (1.5 * RelayRoundTrip) + 30));
            scene.Finish();
        }
    }

    [Test]
    public void A_second_direct_path_that_dies_with_the_first_one_is_not_fallen_back_onto()
    {
        foreach (int seed in Enumerable.Range(1, 10))
        {
            Scene scene = new(seed);
            scene.Promote();
            Wire second = scene.Pair.AddDirect(delayMs: 0.5, port: 2);
            scene.Pair.Alice.Session!.Probe(second.BobFromAlice);
            scene.Pair.RunUntil(() => scene.Pair.Sides.All(side => side.Session!.Paths.All.Count(path => path is { IsDirect: true, IsUsable: true }) == 2), 1000);
            scene.Pair.RunFor(500 + (seed * 7));
            double cut = scene.Pair.Ms;
            scene.Direct.IsCut = second.IsCut = true;
            scene.Pair.RunFor(1000);
            double gap = Math.Max(scene.Up.LongestGap(cut - 20, cut + 900), scene.Down.LongestGap(cut - 20, cut + 900));
            TestContext.Out.WriteLine($"seed {seed}: longest gap {gap:0} ms");
            Assert.That(gap, Is.LessThan((3 * ProbeTimeout) + (1.5 * RelayRoundTrip) + 30), "as with one direct path");
            scene.Finish();
        }
    }

    [Test]
    public void When_the_firewall_opens_a_new_probe_revives_the_path()
    {
        Scene scene = new(seed: 5);
        scene.Promote();
        for (int i = 0; i < 5; i++)
        {
            scene.Direct.IsCut = true;
            scene.Pair.RunUntil(() => scene.Pair.Alice.IsDirect == false && scene.Pair.Bob.IsDirect == false, 2000);
            scene.Pair.RunFor(3000);
            scene.Direct.IsCut = false;
            double opened = scene.Pair.Ms;
            (i % 2 == 0 ? scene.Pair.Alice : scene.Pair.Bob).Session!.Probe(
                i % 2 == 0 ? scene.Direct.BobFromAlice : scene.Direct.AliceFromBob);
            scene.Pair.RunUntil(() => scene.Pair.Alice.IsDirect == true && scene.Pair.Bob.IsDirect == true, 200);
            Assert.That(scene.Pair.Ms - opened, Is.LessThan(50));
            scene.Pair.RunFor(400);
            Assert.That(scene.Pair.Sides.Select(side => side.IsDirect), Is.All.True, "Old news of the failure must not bring it down again.");
        }

        Assert.That(scene.Pair.Alice.Session!.Paths.All, Has.Count.EqualTo(2), "The same path comes back.");
        scene.Finish();
    }

    [Test]
    public void A_rebinding_seen_by_an_open_peer_moves_the_path_and_both_addresses_are_challenged()
    {
        Scene scene = new(seed: 6);
        scene.Promote();
        scene.Pair.RunFor(500);
        CarrierAddress before = scene.Direct.AliceFromBob, after = EndpointPair.Udp("203.0.113.1", 4242);
        HashSet<CarrierAddress> addressed = [];
        double rebound = scene.Pair.Ms;
        scene.Direct.AliceFromBob = after;
        scene.Pair.Tap = (side, to, datagram) =>
        {
            if (side == scene.Pair.Bob)
            {
                addressed.Add(to);
            }
        };
        scene.Pair.RunUntil(() => scene.Pair.Bob.Session!.Paths.Active!.Remote == after, 500);
        scene.Pair.RunFor(300);
        Protocol.Paths.Path path = scene.Pair.Bob.Session!.Paths.Active!;
        Assert.That(path.Remote, Is.EqualTo(after));
        Assert.That(path.IsAddressValidated);
        Assert.That(addressed, Is.SupersetOf((CarrierAddress[])[before, after]));
        double gap = Math.Max(scene.Up.LongestGap(rebound, rebound + 300), scene.Down.LongestGap(rebound, rebound + 300));
        Assert.That(gap, Is.LessThan(100), "one probe timeout for what went to the old address");
        Assert.That(scene.Pair.Bob.Count(SessionEventKind.DirectPathFailed), Is.Zero);
        scene.Finish();
    }

    [Test]
    public void An_address_that_does_not_answer_gets_no_more_than_came_from_it_and_the_path_goes_back()
    {
        Scene scene = new(seed: 8);
        scene.Promote();
        scene.Pair.RunFor(300);
        CarrierAddress victim = EndpointPair.Udp("198.51.100.9", 53), real = scene.Direct.AliceFromBob;

        // Somebody on the way forwards three of Alice's packets from an address of his choice, before the originals come.
        int stolen = 0;
        scene.Pair.Tap = (side, to, datagram) =>
        {
            if (side == scene.Pair.Alice && to == scene.Direct.BobFromAlice && stolen < 3)
            {
                stolen++;
                byte[] copy = (byte[])datagram.Clone();
                scene.Pair.After(0.1, () => scene.Pair.Bob.Receive(victim, copy));
            }
        };
        scene.Pair.RunUntil(() => stolen == 3, 1000);
        scene.Pair.RunFor(3000);
        Assert.That(scene.Pair.Bob.BytesTo.GetValueOrDefault(victim), Is.LessThanOrEqualTo(scene.Pair.Bob.BytesFrom.GetValueOrDefault(victim)));
        Assert.That(scene.Pair.Bob.Session!.Paths.All.Select(path => path.Remote), Has.None.EqualTo(victim));
        Assert.That(scene.Pair.Bob.Session.Paths.All.Select(path => path.Remote), Has.Some.EqualTo(real));
        scene.Finish();
    }

    [Test]
    public void A_peer_that_goes_silent_after_one_packet_from_a_new_address_is_answered_at_the_old_one_again()
    {
        EndpointPair pair = new(4);
        Wire direct = pair.AddDirect(delayMs: 2);
        pair.Alice.Connect(direct.BobFromAlice);
        pair.RunFor(500);
        CarrierAddress real = direct.AliceFromBob, stray = EndpointPair.Udp("198.51.100.9", 53);
        byte[]? captured = null;
        direct.IsCutFromAlice = true;
        pair.Tap = (side, to, datagram) => captured = side == pair.Alice ? datagram : captured;
        pair.Alice.Session!.TrySendDatagram([1]);
        pair.Flush();
        pair.Tap = null;
        direct.IsCutFromAlice = false;
        pair.Inject(pair.Bob, stray, captured!);
        Assert.That(pair.Bob.Session!.Paths.Active!.Remote, Is.EqualTo(stray));
        pair.RunFor(2000);
        Assert.That(pair.Bob.Session!.Paths.Active!.Remote, Is.EqualTo(real));
        Assert.That(pair.Bob.BytesTo[stray], Is.LessThanOrEqualTo(captured!.Length));
    }

    [Test]
    public void A_rebinding_behind_a_filtering_peer_falls_back_and_probes_find_the_new_path()
    {
        Scene scene = new(seed: 9);
        scene.Pair.Bob.IsFiltering = scene.Pair.Alice.IsFiltering = true;
        scene.Pair.Bob.Contacted.Add(scene.Direct.AliceFromBob);
        scene.Promote();
        scene.Pair.RunFor(300);
        CarrierAddress after = EndpointPair.Udp("203.0.113.1", 777);
        double rebound = scene.Pair.Ms;
        scene.Direct.AliceFromBob = after;
        scene.Pair.RunUntil(() => scene.Pair.Alice.IsDirect == false && scene.Pair.Bob.IsDirect == false, 2000);
        double gap = Math.Max(scene.Up.LongestGap(rebound, scene.Pair.Ms), scene.Down.LongestGap(rebound, scene.Pair.Ms));
        Assert.That(gap, Is.LessThan(300));

        scene.Pair.Bob.Session!.Probe(after);
        scene.Pair.Alice.Session!.Probe(scene.Direct.BobFromAlice);
        scene.Pair.RunFor(50);
        scene.Pair.Bob.Session!.Probe(after);
        scene.Pair.Alice.Session!.Probe(scene.Direct.BobFromAlice);
        scene.Pair.RunUntil(() => scene.Pair.Alice.IsDirect == true && scene.Pair.Bob.IsDirect == true, 2000);
        Assert.That(scene.Pair.Bob.Session!.Paths.Active!.Remote, Is.EqualTo(after));
        scene.Finish();
    }

    [Test]
    public void A_local_send_error_demotes_at_once()
    {
        Scene scene = new(seed: 10);
        scene.Promote();
        scene.Direct.IsCut = true;
        scene.Pair.Alice.Endpoint.OnSendError(scene.Pair.Now, scene.Direct.BobFromAlice);
        Assert.That(scene.Pair.Alice.IsDirect, Is.False);
        scene.Pair.RunFor(RelayRoundTrip);
        Assert.That(scene.Pair.Bob.IsDirect, Is.False, "Alice's word is evidence enough.");
        scene.Finish();
    }

    [Test]
    public void A_send_error_concerns_the_address_that_a_path_leads_to_now()
    {
        Scene scene = new(seed: 14);
        scene.Promote();
        CarrierAddress before = scene.Direct.AliceFromBob, after = EndpointPair.Udp("203.0.113.1", 4242);
        scene.Direct.AliceFromBob = after;
        scene.Pair.RunUntil(() => scene.Pair.Bob.Session!.Paths.Active!.Remote == after, 500);
        scene.Pair.RunFor(300);
        scene.Pair.Bob.Endpoint.OnSendError(scene.Pair.Now, before);
        Assert.That(scene.Pair.Bob.IsDirect, Is.True);
        scene.Pair.Bob.Endpoint.OnSendError(scene.Pair.Now, after);
        Assert.That(scene.Pair.Bob.IsDirect, Is.False);
        scene.Finish();
    }

    [Test]
    public void Paths_over_relays_that_have_failed_make_room_for_those_over_others()
    {
        Scene scene = new(seed: 15);
        for (int link = 2; link < 30; link++)
        {
            Wire wire = scene.Pair.AddRelayed(link: link);
            scene.Pair.Alice.Session!.Probe(wire.BobFromAlice);
            scene.Pair.RunUntil(() => scene.Pair.Sides.All(side => side.Session!.Paths.FindByRemote(
                side == scene.Pair.Alice ? wire.BobFromAlice : wire.AliceFromBob) is { IsUsable: true }), 2000);
            wire.IsCut = true;
            scene.Pair.Alice.Endpoint.OnSendError(scene.Pair.Now, wire.BobFromAlice);
            scene.Pair.RunFor(500);
        }

        Assert.That(scene.Pair.Sides.Select(side => side.Session!.Paths.All.Count), Is.All.LessThanOrEqualTo(8));
        scene.Promote();
        scene.Finish();
    }

    [Test]
    public void A_send_error_for_another_address_changes_nothing()
    {
        Scene scene = new(seed: 11);
        scene.Promote();
        scene.Pair.Alice.Endpoint.OnSendError(scene.Pair.Now, EndpointPair.Udp("203.0.113.2", 9));
        Assert.That(scene.Pair.Alice.IsDirect, Is.True);
        scene.Finish();
    }

    [Test]
    public void Acknowledgements_of_a_failed_path_travel_on_the_active_one()
    {
        Scene scene = new(seed: 12);
        scene.Promote();
        scene.Pair.RunFor(300);

        // Bob's packets no longer reach Alice, and she alone says so; hers still reach him.
        scene.Direct.IsCutFromBob = true;
        scene.Pair.RunUntil(() => scene.Pair.Bob.IsDirect == false, 1000);
        Protocol.Paths.Path failed = scene.Pair.Bob.Session!.Paths.All[1];
        ulong largest = failed.Acks.Largest!.Value;
        scene.Pair.RunFor(200);
        Assert.That(scene.Pair.Alice.Session!.Paths.All[1].Recovery.LargestAcked, Is.GreaterThanOrEqualTo(largest));
        scene.Finish();
    }

    [Test]
    public void Failed_paths_do_not_use_up_connection_ids()
    {
        Scene scene = new(seed: 13);
        for (int i = 0; i < 40; i++)
        {
            // Probes get through, full-size packets do not: a path is opened each time and never works.
            Wire narrow = scene.Pair.AddDirect(delayMs: 2, port: 1000 + i);
            scene.Pair.Alice.Session!.Probe(narrow.BobFromAlice);
            scene.Pair.RunFor(2.5);
            narrow.IsCutFromAlice = true;
            scene.Pair.RunFor(2500);
            scene.Pair.Wires.Remove(narrow);
        }

        Assert.That(scene.Pair.Sides.Select(side => side.Session!.Paths.All.Count), Is.All.LessThanOrEqualTo(8));
        scene.Promote();
        scene.Finish();
    }

    [Test]
    public void A_session_whose_only_path_dies_sleeps_and_wakes_and_nothing_is_lost()
    {
        EndpointPair pair = SessionTests.Established();
        Talk talk = new(pair, pair.Alice, 50_000, 5);
        talk.WriteLines(20);
        pair.RunFor(500);
        pair.Wires[0].IsCut = true;
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Dormant, 60_000);
        Assert.That(pair.Alice.Count(SessionEventKind.Dormant), Is.EqualTo(1));
        talk.StopLines();
        long sent = pair.DatagramsSent;
        pair.RunFor(600_000);
        Assert.That(pair.DatagramsSent - sent, Is.LessThan(20), "Timers are off.");
        pair.Wires[0].IsCut = false;
        pair.Alice.Session!.Revive(pair.Now);
        pair.RunUntil(() => talk.IsFinished, 5000);
        Assert.That(talk.IsIntact);
        Assert.That(pair.Alice.Count(SessionEventKind.Revived), Is.EqualTo(1));
    }

    [Test]
    public void A_session_that_is_prompted_in_vain_is_still_closed_when_its_linger_is_over()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddRelayed();
        pair.Alice.Options = new SessionOptions { Linger = TimeSpan.FromMinutes(5) };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(200);
        wire.IsCut = true;
        pair.Alice.Endpoint.OnSendError(pair.Now, wire.BobFromAlice);
        Assert.That(pair.Alice.Session!.State, Is.EqualTo(SessionState.Dormant));
        for (int i = 0; i < 9; i++)
        {
            pair.RunFor(30_000);
            pair.Alice.Session.Revive(pair.Now);
        }

        Assert.That(pair.Alice.Count(SessionEventKind.Dormant), Is.EqualTo(1), "Told once, however often it was tried.");
        pair.RunFor(65_000);
        Assert.That(pair.Alice.End, Is.EqualTo(new SessionEnd(SessionEndCause.NoPath, SessionErrorCode.NoPath, "no path has worked for too long")));
    }

    [Test]
    public void Without_linger_a_session_ends_with_its_last_path()
    {
        EndpointPair pair = new();
        Wire wire = pair.AddDirect();
        pair.Alice.Options = new SessionOptions { Linger = TimeSpan.Zero, DormantAfter = TimeSpan.FromSeconds(5) };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunFor(30_000);
        wire.IsCut = true;
        Assert.That(pair.Alice.Session!.TrySendDatagram([1]));
        pair.RunUntil(() => pair.Alice.End is not null, 8000);
        Assert.That(pair.Alice.End!.Cause, Is.EqualTo(SessionEndCause.NoPath));
        Assert.That(pair.Alice.Count(SessionEventKind.Dormant), Is.Zero);
    }

    /// <summary>A session over a relay with lines going both ways, and a direct wire that nobody has probed yet.</summary>
    private sealed class Scene
    {
        public Scene(int seed)
        {
            Pair = new EndpointPair(seed);
            Wire relayed = Pair.AddRelayed(RelayRoundTrip / 2);
            Direct = Pair.AddDirect(delayMs: 2);
            Pair.Alice.Connect(relayed.BobFromAlice);
            Pair.RunUntil(() => Pair.Bob.Session?.State == SessionState.Established);
            Pair.RunFor(200);
            Up = new Talk(Pair, Pair.Alice, 1_000_000, seed);
            Down = new Talk(Pair, Pair.Bob, 1_000_000, seed + 1);
            Up.WriteLines(10 + (seed % 10));
            Down.WriteLines(20 - (seed % 10));
            Pair.RunFor(200);
        }

        public EndpointPair Pair { get; }

        public Wire Direct { get; }

        public Talk Up { get; }

        public Talk Down { get; }

        public void Promote()
        {
            Pair.Alice.Session!.Probe(Direct.BobFromAlice);
            Pair.RunUntil(() => Pair.Alice.IsDirect == true && Pair.Bob.IsDirect == true, 1000);
            Pair.RunFor(500);
        }

        public void Finish()
        {
            Up.StopLines();
            Down.StopLines();
            Pair.RunUntil(() => Up.IsFinished && Down.IsFinished, 5000);
            Assert.That(Up.IsIntact && Down.IsIntact);
            Assert.That(Pair.Sides.Select(side => side.End), Is.All.Null);
        }
    }
}
