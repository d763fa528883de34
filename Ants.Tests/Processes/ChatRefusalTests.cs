using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>Calls that are not answered with a conversation.</summary>
internal sealed class ChatRefusalTests : ProcessFixture
{
    [Test]
    public async Task An_unknown_peer_is_reported_within_five_seconds()
    {
        RelayProcess relay = await StartRelayAsync();
        using AgentIdentity nobody = AgentIdentity.Generate();
        ChatProcess dialler = StartChat("--peer", $"{nobody.Id}", "--relay", $"{relay.Address}");

        Assert.That(await dialler.Program.ExitAsync(), Is.EqualTo(3));

        ChatEvent closed = await dialler.EventAsync("closed");
        Assert.That(closed.Text("reason"), Does.Contain("not connected to any relay you named"));
        Assert.That(closed.Milliseconds - (await dialler.EventAsync("ready")).Milliseconds, Is.LessThan(5_000));
        Assert.That(dialler.Program.Errors.Where(IsError), Has.Exactly(1).Contains("not connected to any relay you named"));
    }

    [Test]
    public async Task A_second_caller_is_refused_as_busy_and_the_first_talks_on()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess first) = await StartPairAsync(relay);
        ChatProcess second = await StartDiallerAsync(relay, listener);

        Assert.That(await second.Program.ExitAsync(), Is.EqualTo(1));

        Assert.That((await second.EventAsync("closed")).Text("reason"), Does.Contain("busy"));
        Assert.That(second.Events.Select(e => e.Name), Does.Not.Contain("session"));
        Assert.That(second.Program.Errors.Where(IsError), Has.Exactly(1).Contains("busy"));
        Assert.That(listener.Program.Errors, Has.Some.Contains((await second.EventAsync("ready")).Text("agent")));
        await TalkAsync(listener, first, "still here");
        Assert.That(listener.Events.Count(e => e.Name == "session"), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_is_not_allowed_is_refused_by_name_and_who_is_gets_through()
    {
        RelayProcess relay = await StartRelayAsync();
        using AgentIdentity friend = await AgentIdentity.LoadOrCreateAsync(InFolder("friend.agent"));
        friend.Dispose();
        ChatProcess listener = await StartListenerAsync(relay, "--allow", $"{friend.Id}");

        ChatProcess stranger = await StartDiallerAsync(relay, listener);
        Assert.That(await stranger.Program.ExitAsync(), Is.EqualTo(1));
        string id = (await stranger.EventAsync("ready")).Text("agent");
        Assert.That((await stranger.EventAsync("closed")).Text("reason"), Does.Contain("refused").And.Contain(id));
        Assert.That(listener.Program.Errors, Has.Some.Contains(id));

        ChatProcess known = await StartDiallerAsync(relay, listener, "--identity", InFolder("friend.agent"));
        await TalkAsync(listener, known, "hello");
    }

    [Test]
    public async Task A_dialler_takes_no_calls()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess _, ChatProcess dialler) = await StartPairAsync(relay);
        ChatProcess caller = await StartDiallerAsync(relay, dialler);

        Assert.That(await caller.Program.ExitAsync(), Is.EqualTo(1));
        Assert.That((await caller.EventAsync("closed")).Text("reason"), Does.Contain("not listening"));
    }

    [Test]
    public async Task A_chat_does_not_call_itself()
    {
        RelayProcess relay = await StartRelayAsync();
        using AgentIdentity self = await AgentIdentity.LoadOrCreateAsync(InFolder("self.agent"));
        self.Dispose();
        ChatProcess chat = StartChat("--peer", $"{self.Id}", "--relay", $"{relay.Address}", "--identity", InFolder("self.agent"));

        Assert.That(await chat.Program.ExitAsync(), Is.EqualTo(2));
        Assert.That(chat.Program.Errors.Where(IsError), Has.Exactly(1).Contains("own"));
    }

    private static bool IsError(string line) => line.StartsWith("Chat: ", StringComparison.Ordinal);
}
