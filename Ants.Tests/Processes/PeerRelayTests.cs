using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>Two relays of which one knows the other, and a chat at each.</summary>
internal sealed class PeerRelayTests : ProcessFixture
{
    [Test]
    public async Task A_chat_is_called_by_its_id_alone_at_a_relay_that_only_the_callers_relay_knows()
    {
        RelayProcess bobs = await StartRelayAsync("bobs");
        RelayProcess alices = await StartRelayAsync("alices", arguments: ["--peer-relay", $"{bobs.Address}"]);
        ChatProcess bob = await StartListenerAsync(bobs);
        await alices.Program.UntilAsync(() => alices.Program.Errors.Any(line => line.Contains("Asks the relay")), "it has reached the other relay");

        ChatProcess alice = await StartDiallerAsync(alices, bob);
        await TalkAsync(bob, alice, "hello");

        ChatEvent path = await alice.EventAsync("path");
        Assert.That((path.Text("kind"), path.Text("remote")), Is.EqualTo(("relayed", $"{bobs.Address.Host}:{bobs.Address.Port}")));
    }

    [Test]
    public async Task Without_the_other_relay_the_caller_is_told_that_nobody_knows()
    {
        RelayProcess bobs = await StartRelayAsync("bobs"), alices = await StartRelayAsync("alices");
        ChatProcess bob = await StartListenerAsync(bobs);
        ChatProcess alice = await StartDiallerAsync(alices, bob);
        Assert.That(await alice.Program.ExitAsync(), Is.Not.Zero);
        Assert.That(alice.Program.Errors, Has.Some.Contains("they do not know where it is"));
    }

    [Test]
    public async Task A_relay_that_cannot_be_asked_is_named_once_and_nothing_else_fails()
    {
        RelayProcess relay = await StartRelayAsync(arguments: ["--peer-relay", $"ants://127.0.0.1:{FreePort()}/#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"]);
        await relay.Program.UntilAsync(() => relay.Program.Errors.Any(line => line.Contains("cannot be asked for records")), "it says so");
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);
        await TalkAsync(listener, dialler, "still here");
        Assert.That(relay.Program.Errors.Count(line => line.Contains("cannot be asked for records")), Is.EqualTo(1));
    }
}
