using Ants.Crypto;
using Ants.Protocol.Sessions;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Observing;

/// <summary>Traces of whole sessions on virtual time.</summary>
public class QlogTests
{
    private static readonly string[] s_pathsOfASession = ["path 0", "probes", "session"];

    [Test]
    public void A_session_has_a_trace_at_each_end_that_tells_its_story_in_order()
    {
        (TraceReader alice, TraceReader bob) = Trace(pair => pair.World.UntilDirectAsync(pair.Session));
        Assert.Multiple(() =>
        {
            Assert.That(alice.Header.GetProperty("qlog_version").GetString(), Is.EqualTo("0.3"));
            Assert.That(alice.Header.GetProperty("qlog_format").GetString(), Is.EqualTo("JSON-SEQ"));
            Assert.That(RoleOf(alice), Is.EqualTo("client"));
            Assert.That(RoleOf(bob), Is.EqualTo("server"));
            Assert.That(alice.Session, Is.EqualTo(bob.Session));
        });
        foreach (TraceReader trace in new[] { alice, bob })
        {
            Assert.That(trace.Events.Select(e => e.Time), Is.Ordered.And.All.GreaterThanOrEqualTo(0));
            Assert.That(s_pathsOfASession, Is.SubsetOf(trace.Events.Select(e => e.Group)));
            AssertInOrder(trace,
                e => e.Name == "connectivity:connection_started",
                e => e is { Name: "connectivity:connection_state_updated" } && e["new"] == "handshake_complete",
                e => e.Name == "ants:path_changed" && e["change"] == "first" && e["carrier"] == "relayed",
                e => e.Name == "ants:path_state_updated" && e["new"] == "active" && e["carrier"] == "udp",
                e => e.Name == "ants:path_changed" && e["change"] == "promotion" && e["carrier"] == "udp",
                e => !FastPaths.Allow(FastPath.PacketSize) || (e.Name == "connectivity:mtu_updated" && e["new"] == "1472"),
                e => e.Name == "connectivity:connection_closed");
        }

        Assert.That(bob.Of("connectivity:connection_closed").Single()["reason"], Is.EqualTo("that was all"));
    }

    [Test]
    public void What_is_acknowledged_was_sent_and_what_was_received_was_sent_by_the_other_end()
    {
        (TraceReader alice, TraceReader bob) = Trace(pair => pair.CutAndRestoreAsync());
        int acknowledged = 0, received = 0;
        foreach ((TraceReader here, TraceReader there) in new[] { (alice, bob), (bob, alice) })
        {
            foreach (IGrouping<string, TraceEvent> path in here.Of("transport:packet_received").GroupBy(e => e.Group))
            {
                HashSet<ulong> sent = here.Numbers("transport:packet_sent", path.Key);
                ulong[] acks = [.. path.SelectMany(e => e.Acknowledged()).Distinct()];
                Assert.That(acks, Is.SubsetOf(sent), $"acknowledged on {path.Key}");
                HashSet<ulong> numbers = here.Numbers("transport:packet_received", path.Key);
                Assert.That(numbers, Is.SubsetOf(there.Numbers("transport:packet_sent", path.Key)), $"received on {path.Key}");
                (acknowledged, received) = (acknowledged + acks.Length, received + numbers.Count);
            }
        }

        TestContext.Out.WriteLine($"{acknowledged} acknowledged, {received} received; {alice.Events.Count} and {bob.Events.Count} events, {alice.Text.Length} bytes");
        Assert.That((acknowledged, received), Is.GreaterThan((100, 100)));
    }

    [Test]
    public void A_cut_shows_as_loss_a_failed_path_and_a_fallback_and_its_end_as_a_promotion()
    {
        (TraceReader alice, _) = Trace(pair => pair.CutAndRestoreAsync());
        int cut = alice.IndexOf(e => e.Name == "ants:path_changed" && e["change"] == "promotion");
        Assert.That(cut, Is.GreaterThan(0));
        int failed = alice.IndexOf(e => e.Name == "ants:path_state_updated" && e["new"] == "failed" && e["trigger"] == "failure" && e["carrier"] == "udp", cut);
        int lost = alice.IndexOf(e => e.Name == "recovery:packet_lost" && e["is_mtu_probe_packet"].Length == 0 && e.Group == alice.Events[failed].Group, cut);
        int fallback = alice.IndexOf(e => e.Name == "ants:path_changed" && e["change"] == "fallback", failed);
        int promotion = alice.IndexOf(e => e.Name == "ants:path_changed" && e["change"] == "promotion", fallback);
        TestContext.Out.WriteLine($"of {alice.Events.Count} events: failed {failed}, lost {lost}, fallback {fallback}, promotion {promotion}");
        Assert.Multiple(() =>
        {
            Assert.That(failed, Is.GreaterThan(cut));
            Assert.That(lost, Is.GreaterThan(cut).And.LessThan(fallback));
            Assert.That(fallback, Is.GreaterThan(failed));
            Assert.That(promotion, Is.GreaterThan(fallback));
            Assert.That(alice.Of("ants:direct_path_failed"), Is.Not.Empty);
        });
        HashSet<ulong> sent = alice.Numbers("transport:packet_sent", alice.Events[lost].Group);
        Assert.That(alice.Numbers("recovery:packet_lost", alice.Events[lost].Group), Is.SubsetOf(sent));
    }

    [Test]
    public void Metrics_follow_the_round_trip_and_the_window()
    {
        (TraceReader alice, _) = Trace(pair => pair.CutAndRestoreAsync());
        TraceEvent[] metrics = [.. alice.Of("recovery:metrics_updated").Where(e => e.Group == "path 0")];
        double[] smoothed = [.. metrics.Where(e => e["smoothed_rtt"].Length > 0).Select(e => e.Data.GetProperty("smoothed_rtt").GetDouble())];

        // Four ways of 10 ms over the relay.
        Assert.That(smoothed, Is.Not.Empty.And.All.InRange(39.9, 80));
        Assert.That(metrics[0]["congestion_window"], Is.Not.Empty);
        Assert.That(metrics.Any(e => e["bytes_in_flight"] is { Length: > 0 } and not "0"));
        Assert.That(alice.Of("recovery:congestion_state_updated").First()["new"], Is.EqualTo("slow_start"));
    }

    [Test]
    public void A_trace_holds_no_payload_no_protocol_and_no_reset_token()
    {
        List<string> secrets = ["lines/1"];
        (TraceReader alice, TraceReader bob) = Trace(async pair =>
        {
            await pair.World.UntilDirectAsync(pair.Session);
            Session session = pair.Session.Peer.Session;
            SessionKeys keys = session.Keys!;
            UInt128[] tokens =
            [
                keys.Peer.First.Token, keys.Peer.Probe.Token, keys.Local.First.Token, keys.Local.Probe.Token,
                .. session.Paths.All.SelectMany(path => new[] { path.Peer.Token, path.Local.Token }),
            ];
            secrets.AddRange(tokens.Select(token => token.ToString("x32", null)));
        });
        foreach (string secret in secrets)
        {
            Assert.That(alice.Text + bob.Text, Does.Not.Contain(secret).IgnoreCase);
        }
    }

    [Test]
    public void A_trace_changes_nothing_and_is_repeatable()
    {
        TraceBox first = new(), second = new();
        ulong traced = Story(first.Options), again = Story(second.Options), plain = Story(null);
        Assert.That(traced, Is.EqualTo(plain));
        Assert.That(again, Is.EqualTo(plain));
        Assert.That(first.OfPeers().Single().Text, Is.EqualTo(second.OfPeers().Single().Text));

        static ulong Story(QlogOptions? qlog) =>
            ObservedPair.Run(pair => pair.CutAndRestoreAsync(), options => options.Qlog = qlog).Fingerprint;
    }

    [Test]
    public void Relay_links_have_traces_too_and_all_are_closed_when_the_agent_is_gone()
    {
        TraceBox box = new();
        ObservedPair.Run(pair => pair.World.UntilDirectAsync(pair.Session), options => options.Qlog = box.Options);
        TraceReader link = box.OfRelays().Single();
        Assert.That(link.IsOfRelay);
        Assert.That(link.Of("transport:packet_sent").SelectMany(e => e.Frames).Any(frame => frame.GetProperty("frame_type").GetString() == "datagram"));
        Assert.That(box.AllClosed);
    }

    [Test]
    public void A_call_that_nobody_answers_leaves_a_trace_and_strangers_leave_none()
    {
        TraceBox caller = new(), called = new();
        using Agents.AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.Qlog = caller.Options);
            await using AntsAgent bob = await world.StartAgentAsync(b, options =>
            {
                options.Qlog = called.Options;
                options.Authorize = _ => Admission.Refuse("no");
            });
            Assert.That(await ObservedPair.CallInVainAsync(alice, bob.Id), Is.EqualTo(AntsError.PeerRefused));
            await world.PassAsync(1);
        }, TimeSpan.FromMinutes(1));
        TraceEvent end = caller.OfPeers().Single().Of("connectivity:connection_closed").Single();
        Assert.That((end["owner"], end["reason"]), Is.EqualTo(("remote", "no")));
        Assert.That(called.Sessions.Where(session => !session.IsRelay), Is.Empty);
    }

    private static string RoleOf(TraceReader trace) => trace.Header.GetProperty("trace").GetProperty("vantage_point").GetProperty("type").GetString()!;

    private static (TraceReader Alice, TraceReader Bob) Trace(Func<ObservedPair, Task> story)
    {
        TraceBox alice = new(), bob = new();
        ObservedPair.Run(story, options => options.Qlog = alice.Options, options => options.Qlog = bob.Options);
        return (alice.OfPeers().Single(), bob.OfPeers().Single());
    }

    private static void AssertInOrder(TraceReader trace, params Func<TraceEvent, bool>[] wanted)
    {
        int at = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            at = trace.IndexOf(wanted[i], at);
            Assert.That(at, Is.Not.Negative, $"event {i + 1} of the story: {string.Join(", ", trace.Events.Select(e => e.Name).Distinct())}");
        }
    }
}
