using System.Diagnostics;
using Ants.Testing;
using Ants.Tests.Simulation.Agents;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Observing;

/// <summary>Activities of simulated agents, in virtual time.</summary>
public class ActivityTests
{
    private readonly List<Activity> _stopped = [];

    [SetUp]
    public void Forget() => _stopped.Clear();

    [Test]
    public void A_call_a_stream_and_the_way_to_a_direct_path_are_activities()
    {
        using ActivityListener listener = Listen();
        AgentId alice = default, bob = default;
        ObservedPair.Run(async pair =>
        {
            (alice, bob) = (pair.Alice.Id, pair.Bob.Id);
            await pair.World.UntilDirectAsync(pair.Session);
            Assert.That(Activity.Current, Is.Null);
        });
        Activity connect = Single("ants.connect", bob);
        Assert.That(Tags(connect), Is.EqualTo(new[] { "ants.outcome=completed", "ants.path=relayed", $"ants.peer.id={bob}" }));
        Assert.That(connect.Duration.TotalMilliseconds, Is.InRange(40, 100), "virtual time");
        Assert.That(Tags(Single("ants.stream.open", bob)), Is.EqualTo(new[] { "ants.outcome=completed", $"ants.peer.id={bob}", "ants.protocol=lines/1" }));
        Activity serve = Single("ants.stream.serve", alice);
        Assert.That((serve.Kind, serve.Parent, serve.GetTagItem("ants.protocol")), Is.EqualTo((ActivityKind.Server, (Activity?)null, "lines/1")));
        Activity traversal = _stopped.Last(activity => activity.OperationName == "ants.traversal" && Equals(activity.GetTagItem("ants.peer.id"), bob.ToString()));
        Assert.That(traversal.GetTagItem("ants.outcome"), Is.EqualTo("direct"));
        Assert.That(traversal.GetTagItem("ants.probes"), Is.GreaterThan(0));
        Assert.That(_stopped.SelectMany(activity => activity.TagObjects).Select(tag => $"{tag.Value}"), Has.None.Contains("203.0.113."), "addresses stay out");
    }

    [Test]
    public void A_call_in_vain_says_why_and_is_a_child_of_the_caller_s_activity()
    {
        using ActivityListener listener = Listen();
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice");
        using AgentIdentity nobody = world.NextIdentity();
        using Activity own = new("own");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            own.Start();
            Assert.That(await ObservedPair.CallInVainAsync(alice, nobody.Id), Is.EqualTo(AntsError.PeerUnreachable));
            own.Stop();
        }, TimeSpan.FromMinutes(1));
        Activity failed = Single("ants.connect", nobody.Id);
        Assert.That(Tags(failed), Is.EqualTo(new[] { "ants.outcome=failed", $"ants.peer.id={nobody.Id}", "error.type=PeerUnreachable" }));
        Assert.That((failed.Status, failed.ParentSpanId), Is.EqualTo((ActivityStatusCode.Error, own.SpanId)));
    }

    private ActivityListener Listen()
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Ants",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _stopped.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string[] Tags(Activity activity) => [.. activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];

    private Activity Single(string name, AgentId peer) =>
        _stopped.Single(activity => activity.OperationName == name && Equals(activity.GetTagItem("ants.peer.id"), peer.ToString()));
}
