using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>
/// A hundred thousand datagrams that mean nothing: random, replayed, truncated and damaged ones, from strangers and from a
/// peer's own address. What they are thrown at goes on, in the memory that it had, and answers no more than it is asked.
/// </summary>
internal sealed partial class GarbageTests : ProcessFixture
{
    // What a collector that is in no hurry may keep of a hundred thousand short-lived buffers, and far less than they hold.
    private const long MaxGrowth = 48 << 20;

    [Test]
    public async Task A_relay_counts_garbage_and_serves_on()
    {
        RelayProcess relay = await StartRelayAsync();
        using CapturingProxy proxy = new(relay.Address.Port);
        ChatProcess listener = await StartListenerAsync(relay, "--relay-only");
        ChatProcess dialler = StartChat(
            "--relay-only", "--relay", $"ants://{proxy.Address}/#{relay.Address.Id}", "--peer", (await listener.EventAsync("ready")).Text("agent"));
        await TalkAsync(listener, dialler, "before");
        long memory = relay.Program.ResidentBytes;

        int thrown = await Barrage.ThrowAsync(proxy, seed: 1);

        await TalkAsync(listener, dialler, "after");
        Assert.That(relay.Program.ResidentBytes - memory, Is.LessThan(MaxGrowth));
        await StartPairAsync(relay);
        relay.Program.Terminate();
        Assert.That(await relay.Program.ExitAsync(), Is.Zero);
        Assert.That(CountedBy(relay), Is.GreaterThan(thrown / 2), relay.Program.Transcript());
        Assert.That(relay.Program.Errors, Has.None.Contains("Exception"));
    }

    [Test]
    public async Task An_agent_drops_garbage_and_talks_on()
    {
        int port = FreePort();
        using CapturingProxy proxy = new(port);
        ChatProcess listener = StartChat("--listen", "--port", $"{port}", "--advertise", $"{proxy.Address}");
        ChatProcess dialler = StartChat("--peer", (await listener.EventAsync("ready")).Text("invite"));
        await TalkAsync(listener, dialler, "before");
        long memory = listener.Program.ResidentBytes;

        await Barrage.ThrowAsync(proxy, seed: 2);

        await TalkAsync(listener, dialler, "after");
        Assert.That(listener.Program.ResidentBytes - memory, Is.LessThan(MaxGrowth));
        Assert.That(listener.Program.Errors, Has.None.Contains("Exception"));
        dialler.EndInput();
        Assert.That(await dialler.Program.ExitAsync(), Is.Zero);
    }

    // The relay's last words are its counters: "... StunDropped = 12, ... Garbage = 30000, ...".
    private static long CountedBy(RelayProcess relay) => Counter()
        .Matches(relay.Program.Errors.Last(line => line.Contains("Relay stopped"))).Sum(match => long.Parse(match.Groups[1].Value));

    [GeneratedRegex("(?:StunDropped|Garbage|BadHandshakes|UnknownConnections|Unauthentic) = ([0-9]+)")]
    private static partial Regex Counter();
}
