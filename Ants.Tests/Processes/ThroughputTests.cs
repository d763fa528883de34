using System.Runtime.Versioning;
using System.Text.Json;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>The form of Throughput for any two machines: an agent that serves and one that measures the way to it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ThroughputTests : ProcessFixture
{
    private static readonly string[] s_project = ["samples", "Throughput"];

    [TestCase("direct", "direct", "mbit_s")]
    [TestCase("direct", "direct-3", "mbit_s", "--streams", "3")]
    [TestCase("direct", "direct-duplex", "mbit_s", "--duplex")]
    [TestCase("relayed", "relayed", "mbit_s")]
    [TestCase("relayed", "ping-relayed", "p50_us", "--ping")]
    public async Task One_agent_measures_the_way_to_another(string path, string name, string figure, params string[] more)
    {
        RelayProcess relay = await StartRelayAsync();
        string[] common = ["--relay", $"{relay.Address}", "--json"];
        RunningProgram receiver = StartProgram(s_project, ["serve", .. common, "--identity", InFolder("receiver.agent")]);
        await receiver.UntilAsync(() => receiver.Output.Count > 0, "it serves");
        using JsonDocument ready = JsonDocument.Parse(receiver.Output[0]);

        RunningProgram sender = StartProgram(
            s_project,
            [
                "send", .. common, "--identity", InFolder("sender.agent"), "--peer", ready.RootElement.GetProperty("agent").GetString()!,
                "--path", path, "--seconds", "1", .. more,
            ]);

        Assert.That(await sender.ExitAsync(), Is.Zero, sender.Transcript());
        using JsonDocument last = JsonDocument.Parse(sender.Output[^1]);
        JsonElement result = last.RootElement.GetProperty("results").EnumerateArray().Single();
        Assert.That(result.GetProperty("name").GetString(), Is.EqualTo(name));
        Assert.That(result.GetProperty(figure).GetDouble(), Is.Positive);
        Assert.That(result.TryGetProperty("alloc_b_per_packet", out _), Is.EqualTo(figure == "mbit_s"), "packets are counted by agents that move bytes");
        receiver.Terminate();
        Assert.That(await receiver.ExitAsync(), Is.Zero, receiver.Transcript());
    }

    [Test]
    public async Task A_peer_that_nobody_knows_is_said_in_one_line()
    {
        RelayProcess relay = await StartRelayAsync();
        using AgentIdentity nobody = AgentIdentity.Generate();

        RunningProgram sender = StartProgram(
            s_project, ["send", "--relay", $"{relay.Address}", "--peer", nobody.Id.ToString(), "--seconds", "1"]);

        Assert.That(await sender.ExitAsync(), Is.EqualTo(1), sender.Transcript());
        Assert.That(sender.Output, Is.Empty);
        Assert.That(sender.Errors, Has.Count.EqualTo(1), sender.Transcript());
    }
}
