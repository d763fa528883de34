using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// The demo's own story, with real processes behind real kernel NATs: two agents meet over the relay, go direct where that
/// is possible, survive the cut of the direct path and a NAT that forgets, and lose no line on the way.
/// </summary>
internal sealed class StoryTests : LabFixture
{
    [TestCase(LabHomeKind.Open, LabHomeKind.Open)]
    [TestCase(LabHomeKind.Open, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted)]
    [TestCase(LabHomeKind.FullCone, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.PortForwarded, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.PortRestricted, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.Symmetric, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.UdpBlocked, LabHomeKind.PortRestricted)]
    [TestCase(LabHomeKind.UdpBlocked, LabHomeKind.ProxyOnly)]
    public Task The_story_holds_between(LabHomeKind a, LabHomeKind b) => TellAsync(a, b, relays: 1, new Plot());

    [TestCase(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted)]
    [TestCase(LabHomeKind.Symmetric, LabHomeKind.Symmetric)]
    public async Task A_relay_killed_by_signal_9_is_hardly_heard_between(LabHomeKind a, LabHomeKind b)
    {
        Summary summary = await TellAsync(a, b, relays: 2, new Plot(KillRelay: true));

        Assert.That(summary.RelayKillGap, Is.Not.Null);
    }

    [TestCase(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted)]
    [TestCase(LabHomeKind.Open, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.PortRestricted, LabHomeKind.UdpBlocked)]
    [TestCase(LabHomeKind.UdpBlocked, LabHomeKind.ProxyOnly)]
    public async Task A_move_to_another_network_is_hardly_heard_between(LabHomeKind a, LabHomeKind b)
    {
        Summary summary = await TellAsync(a, b, relays: 1, new Plot(Move: true));

        Assert.That(summary.MoveGap, Is.Not.Null);
    }

    private static async Task<Summary> TellAsync(LabHomeKind a, LabHomeKind b, int relays, Plot plot)
    {
        // Finds out whether there is a lab, and says so in the way of the other lab tests.
        await (await CreateLabAsync()).DisposeAsync();
        await using LabStage stage = await LabStage.BuildAsync(a, b, relays, CancellationToken.None);
        Story story = new(stage, a, b, new PlainDisplay(TestContext.Out), plot);

        Summary summary = await story.TellAsync(CancellationToken.None);

        await TestContext.Out.WriteLineAsync(summary.ToJson());
        Assert.That(summary.Problems, Is.Empty, string.Join("\n", summary.Complaints));
        return summary;
    }
}
