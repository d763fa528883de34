using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

/// <summary>The demo's own story, on the simulated network.</summary>
public sealed class SimulatedStoryTests
{
    [TestCase("open", "open")]
    [TestCase("open", "symmetric")]
    [TestCase("port-restricted", "port-restricted")]
    [TestCase("full-cone", "symmetric")]
    [TestCase("port-forwarded", "symmetric")]
    [TestCase("symmetric", "port-forwarded")]
    public async Task The_session_goes_direct_survives_the_cut_and_the_NAT_and_loses_nothing(string a, string b)
    {
        Summary summary = await TellAsync(a, b);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Problems, Is.Empty);
            Assert.That(summary.DirectExpected, Is.True);
            Assert.That(summary.Redirect, Is.Not.Null);
            Assert.That(summary.RebindGap.HasValue, Is.EqualTo(a != "open" || b != "open"));
            Assert.That(summary.FinalPath, Is.EqualTo(PathKind.Direct));
        });
    }

    [TestCase("port-restricted", "symmetric")]
    [TestCase("symmetric", "port-restricted")]
    [TestCase("symmetric", "symmetric")]
    public async Task Where_no_hole_can_be_punched_the_session_stays_relayed_and_loses_nothing(string a, string b)
    {
        Summary summary = await TellAsync(a, b);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Problems, Is.Empty);
            Assert.That(summary.DirectExpected, Is.False);
            Assert.That(summary.RebindGap, Is.Not.Null);
            Assert.That(summary.FinalPath, Is.EqualTo(PathKind.Relayed));
        });
    }

    [TestCase("port-restricted", "udp-blocked")]
    [TestCase("udp-blocked", "proxy-only")]
    public async Task Without_UDP_the_session_stays_relayed_and_follows_UDP_as_it_comes_and_goes(string a, string b)
    {
        Summary summary = await TellAsync(a, b);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Problems, Is.Empty);
            Assert.That(summary.DirectExpected, Is.False);
            Assert.That(summary.Udp, Is.Not.Null);
            Assert.That(summary.UdpBlockGap, Is.Not.Null);
            Assert.That(summary.FinalPath, Is.EqualTo(PathKind.Relayed));
        });
    }

    [TestCase("port-restricted", "port-restricted", 3)]
    [TestCase("symmetric", "symmetric", 2)]
    public async Task A_killed_relay_silences_the_session_for_a_moment_and_comes_back(string a, string b, int relays)
    {
        Summary summary = await TellAsync(a, b, relays: relays);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Problems, Is.Empty);
            Assert.That(summary.RelayKillGap, Is.LessThan(TimeSpan.FromMilliseconds(500)));
        });
    }

    [TestCase("port-restricted", "port-restricted", PathKind.Direct)]
    [TestCase("open", "open", PathKind.Direct)]
    [TestCase("symmetric", "symmetric", PathKind.Relayed)]
    [TestCase("full-cone", "port-forwarded", PathKind.Direct)]
    [TestCase("port-restricted", "port-forwarded", PathKind.Relayed)]
    public async Task A_move_silences_the_session_for_a_moment(string a, string b, PathKind after)
    {
        Summary summary = await TellAsync(a, b, move: true);

        Assert.Multiple(() =>
        {
            Assert.That(summary.Problems, Is.Empty);
            Assert.That(summary.MoveGap, Is.LessThan(TimeSpan.FromMilliseconds(100)));
            Assert.That(summary.FinalPath, Is.EqualTo(after));
        });
    }

    [Test]
    public async Task The_same_seed_tells_the_same_story()
    {
        Summary first = await TellAsync("port-restricted", "port-restricted", seed: 7);
        Summary second = await TellAsync("port-restricted", "port-restricted", seed: 7);

        Assert.Multiple(() =>
        {
            Assert.That(second.ToJson(), Is.EqualTo(first.ToJson()));
            Assert.That(second.FirstLine, Is.EqualTo(first.FirstLine), "to the tick");
            Assert.That(second.RebindGap, Is.EqualTo(first.RebindGap), "to the tick");
        });
    }

    private static async Task<Summary> TellAsync(string a, string b, long seed = 1, int relays = 1, bool move = false)
    {
        LabHomeKind natA = Parse(a);
        LabHomeKind natB = Parse(b);
        PlainDisplay display = new(TestContext.Out);
        await using SimulatedStage stage = new(natA, natB, relays, seed);
        display.Introduce(stage, natA, natB);
        return await stage.PlayAsync(() => new Story(stage, natA, natB, display, new Plot(KillRelay: relays > 1, Move: move)).TellAsync(CancellationToken.None));
    }

    private static LabHomeKind Parse(string name)
    {
        Assert.That(LabHomeKinds.TryParse(name, out LabHomeKind kind, out string? problem), problem);
        return kind;
    }
}
