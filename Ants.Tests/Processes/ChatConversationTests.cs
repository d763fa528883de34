using System.Text.Json;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>Lines from one chat to the other, and what is told of them and of their way.</summary>
internal sealed class ChatConversationTests : ProcessFixture
{
    [Test]
    public async Task A_session_begins_at_the_relay_and_turns_direct_and_each_change_is_told()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);

        foreach (ChatProcess chat in new[] { listener, dialler })
        {
            await chat.PathAsync("direct");
            Assert.That(chat.Paths[0], Is.EqualTo("relayed"));
            Assert.That(chat.Paths.Skip(1), Is.All.EqualTo("direct"));
            ChatEvent first = await chat.EventAsync("path");
            Assert.That(first.Text("remote"), Is.EqualTo($"{relay.Address.Host}:{relay.Address.Port}"));
            Assert.That(first.Json.GetProperty("rtt_ms").GetDouble(), Is.GreaterThanOrEqualTo(0));
            Assert.That(first.Milliseconds - (await chat.EventAsync("session")).Milliseconds, Is.LessThan(1_000));
        }

        Assert.That((await listener.EventAsync("session")).Text("peer"), Is.EqualTo((await dialler.EventAsync("ready")).Text("agent")));
        Assert.That((await dialler.EventAsync("session")).Text("peer"), Is.EqualTo((await listener.EventAsync("ready")).Text("agent")));
        await TalkAsync(listener, dialler, "still here");
    }

    [Test]
    public async Task Lines_typed_before_a_session_wait_and_none_is_lost_however_many()
    {
        // More than wait (1,000): reading pauses, so the rest stays where it comes from.
        string[] typed = [.. Enumerable.Range(1, 2_500).Select(i => $"line {i}: grüße \"\\ 🐜")];
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        Task typing = listener.TypeAsync(typed);
        await listener.Program.UntilAsync(() => listener.Program.Errors.Any(line => line.Contains("1000 lines wait")), "it says that lines wait");
        ChatProcess dialler = await StartDiallerAsync(relay, listener);
        await Task.WhenAll(typing, dialler.TypeAsync(typed));

        await listener.Program.UntilAsync(() => listener.Lines.Count >= typed.Length, "the listener has them all");
        await dialler.Program.UntilAsync(() => dialler.Lines.Count >= typed.Length, "the dialler has them all");

        Assert.That(listener.Lines, Is.EqualTo(typed));
        Assert.That(dialler.Lines, Is.EqualTo(typed));
    }

    [Test]
    public async Task Without_json_standard_output_holds_the_peers_lines_and_nothing_else()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        RunningProgram dialler = StartProgram(
            ChatProcess.Project, "--peer", (await listener.EventAsync("ready")).Text("invite"), "--relay", $"{relay.Address}");
        await listener.TypeAsync("one", "two");
        await dialler.UntilAsync(() => dialler.Output.Count == 2, "both lines come");

        await dialler.Input.WriteLineAsync("three");
        dialler.Input.Close();

        Assert.That(await dialler.ExitAsync(), Is.Zero);
        Assert.That(dialler.Output, Is.EqualTo(new[] { "one", "two" }));
        Assert.That(dialler.Errors, Has.Some.StartsWith("* I am z6Mk").And.Some.StartsWith("* talking with z6Mk")
            .And.Some.StartsWith("* path: relayed").And.Some.StartsWith("* closed: end of input"));
        await listener.LineAsync("three");
    }

    [Test]
    public async Task A_line_too_long_to_send_is_named_and_the_others_go_on()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);

        await dialler.TypeAsync(new string('x', 20_000), "the next");

        await listener.LineAsync("the next");
        Assert.That(dialler.Program.Errors, Has.Some.Contains("Line 2 was not sent: it is longer than"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_relay_only_chat_neither_reaches_nor_is_reached_directly(bool isListener)
    {
        int port = FreePort();
        string[] relayOnly = ["--relay-only"];
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay, isListener ? relayOnly : ["--port", $"{port}", "--advertise", $"127.0.0.1:{port}"]);
        ChatProcess dialler = StartChat(
            ["--peer", (await listener.EventAsync("ready")).Text("invite"), "--relay", $"{relay.Address}", .. isListener ? [] : relayOnly]);
        ChatEvent session = await dialler.EventAsync("session");

        // Longer than any other pair on one machine takes to go direct: lines, one after the other, for three seconds.
        for (int i = 0; dialler.Events[^1].Milliseconds - session.Milliseconds < 3_000; i++)
        {
            await TalkAsync(listener, dialler, $"round {i}");
        }

        Assert.That(listener.Paths, Is.EqualTo(new[] { "relayed" }));
        Assert.That(dialler.Paths, Is.EqualTo(new[] { "relayed" }));
    }

    [Test]
    public async Task An_invite_with_a_direct_address_needs_no_relay_at_all()
    {
        int port = FreePort();
        ChatProcess listener = StartChat("--listen", "--port", $"{port}", "--advertise", $"127.0.0.1:{port}");
        string invite = (await listener.EventAsync("ready")).Text("invite");
        Assert.That(invite, Does.EndWith($"?direct=127.0.0.1:{port}"));

        ChatProcess dialler = StartChat("--peer", invite);
        await TalkAsync(listener, dialler, "hello");

        ChatEvent path = await dialler.EventAsync("path");
        Assert.That((path.Text("kind"), path.Text("remote")), Is.EqualTo(("direct", $"127.0.0.1:{port}")));
        dialler.EndInput();
        Assert.That(await dialler.Program.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task An_invite_with_a_relay_needs_no_other_word()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);

        ChatProcess dialler = StartChat("--peer", (await listener.EventAsync("ready")).Text("invite"));
        await TalkAsync(listener, dialler, "hello");
    }
}
