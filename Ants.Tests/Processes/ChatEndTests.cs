using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>How conversations end, and what the processes tell whoever started them.</summary>
internal sealed class ChatEndTests : ProcessFixture
{
    [Test]
    public async Task At_its_end_of_input_a_dialler_delivers_closes_and_succeeds_and_the_listener_stays()
    {
        string[] typed = [.. Enumerable.Range(1, 900).Select(i => $"line {i}")];
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        for (int call = 1; call <= 2; call++)
        {
            // The input has ended before there is a session.
            ChatProcess dialler = await StartDiallerAsync(relay, listener);
            await dialler.TypeAsync(typed);
            dialler.EndInput();

            Assert.That(await dialler.Program.ExitAsync(), Is.Zero);
            Assert.That((await dialler.EventAsync("closed")).Text("reason"), Is.EqualTo("end of input"));
            Assert.That((await listener.EventAsync("closed", call)).Text("reason"), Is.EqualTo("end of input"));
            Assert.That(listener.Lines, Has.Count.EqualTo(call * typed.Length));
            Assert.That(listener.Lines.Skip((call - 1) * typed.Length), Is.EqualTo(typed));
        }
    }

    [Test]
    public async Task At_its_end_of_input_a_listener_stays_and_still_listens()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        await listener.TypeAsync("the only line");
        listener.EndInput();
        ChatProcess dialler = await StartDiallerAsync(relay, listener);
        await dialler.LineAsync("the only line");

        await dialler.TypeAsync("after your end");

        await listener.LineAsync("after your end");
    }

    [TestCase("--relay-only")]
    [TestCase]
    public async Task At_SIGTERM_a_listener_closes_in_order_and_both_succeed(params string[] options)
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay, options);
        await listener.TypeAsync("the last line");

        await dialler.LineAsync("the last line");
        listener.Program.Terminate();

        Assert.That(await listener.Program.ExitAsync(), Is.Zero);
        Assert.That(await dialler.Program.ExitAsync(), Is.Zero);
        Assert.That((await listener.EventAsync("closed")).Text("reason"), Is.EqualTo("the listener was stopped"));
        Assert.That((await dialler.EventAsync("closed")).Text("reason"), Is.EqualTo("the listener was stopped"));
    }

    [Test]
    public async Task At_SIGTERM_a_listener_without_a_peer_succeeds()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);

        listener.Program.Terminate();

        Assert.That(await listener.Program.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task Lines_that_nobody_came_to_take_are_counted_at_the_end()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        await listener.TypeAsync(Enumerable.Range(1, 1_001).Select(i => $"line {i}"));
        await listener.Program.UntilAsync(
            () => listener.Program.Errors.Any(line => line.Contains("1000 lines wait")), "it says that as many lines wait as can");

        listener.Program.Terminate();

        Assert.That(await listener.Program.ExitAsync(), Is.Zero);
        Assert.That(listener.Program.Errors, Has.Some.Contains("lines that were not sent: 100"));
    }

    [Test]
    public async Task A_dialler_that_is_stopped_closes_in_order()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);

        dialler.Program.Terminate();

        Assert.That(await dialler.Program.ExitAsync(), Is.Zero);
        await listener.EventAsync("closed");
    }

    // A restart is told by the peer's answer to the next packet; an idle session's next packet is the one that the relay's
    // word of the new incarnation prompts.
    [TestCase(true, "--relay-only")]
    [TestCase(true)]
    [TestCase(false, "--relay-only")]
    [TestCase(false)]
    public async Task A_listener_that_was_killed_and_started_anew_ends_its_diallers_call_as_restarted(bool talking, params string[] options)
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay, options);
        if (options is [])
        {
            await dialler.PathAsync("direct");
        }

        if (!talking)
        {
            await dialler.QuietAsync();
        }

        await listener.Program.KillAsync();
        if (talking)
        {
            await dialler.TypeAsync("are you there?");
        }

        ChatProcess again = await StartListenerAsync(relay, [.. options, "--identity", InFolder("listener.agent")]);
        long restarted = Environment.TickCount64;

        Assert.That(await dialler.Program.ExitAsync(), Is.EqualTo(1));
        Assert.That((await dialler.EventAsync("closed")).Text("reason"), Does.Contain("restarted"));
        Assert.That(Environment.TickCount64 - restarted, Is.LessThan(10_000), "the time until a person hears of it");
        Assert.That(again.Events.Select(e => e.Name), Is.SubsetOf((string[])["ready", "network"]), "it knows nothing of the call");
    }

    [Test]
    public async Task A_dialler_that_was_killed_and_calls_again_is_served_again()
    {
        RelayProcess relay = await StartRelayAsync();
        ChatProcess listener = await StartListenerAsync(relay);
        string[] identity = ["--identity", InFolder("dialler.agent")];
        ChatProcess dialler = await StartDiallerAsync(relay, listener, identity);
        await TalkAsync(listener, dialler, "first");

        await dialler.Program.KillAsync();
        ChatProcess again = await StartDiallerAsync(relay, listener, identity);
        await listener.EventAsync("session", 2);
        await TalkAsync(listener, again, "second");

        Assert.That((await listener.EventAsync("closed")).Text("reason"), Is.Not.Empty);
    }
}
