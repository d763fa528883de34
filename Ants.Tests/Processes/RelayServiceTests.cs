using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>The relay as a process, and what agents see of its life.</summary>
internal sealed class RelayServiceTests : ProcessFixture
{
    [Test]
    public async Task Both_sockets_serve_when_its_address_is_printed()
    {
        RelayProcess relay = await StartRelayAsync();
        using HttpClient http = new(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        using UdpClient stun = new(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] question = new byte[32];
        Assert.That(new StunWriter(question, StunClass.Request, StunMethod.Binding, new StunTransactionId("abcdefghijkl"u8)).TryFinish(out int length));

        await stun.SendAsync(question.AsMemory(0, length), new IPEndPoint(IPAddress.Loopback, relay.Address.Port));
        UdpReceiveResult answer = await stun.ReceiveAsync().WaitAsync(RunningProgram.Patience);
        string health = await http.GetStringAsync(new Uri($"https://127.0.0.1:{relay.Address.Port}/healthz"));

        Assert.That(StunMessage.TryRead(answer.Buffer, out StunMessage message) && message.TryGetMappedAddress(out IPEndPoint? mapped)
            && mapped.Equals(stun.Client.LocalEndPoint));
        Assert.That(health, Does.StartWith("""{"status":"ok","agents":0,"""));
        Assert.That(relay.Program.Output, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task At_SIGTERM_it_tells_its_agents_and_succeeds_and_a_direct_session_goes_on()
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);
        await listener.PathAsync("direct");
        await dialler.PathAsync("direct");

        relay.Program.Terminate();

        Assert.That(await relay.Program.ExitAsync(), Is.Zero);
        await HearsAsync(listener, "Lost the relay");
        await HearsAsync(dialler, "Lost the relay");
        await TalkAsync(listener, dialler, "without the relay");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Agents_come_back_to_a_relay_that_was_restarted_and_a_relayed_session_goes_on(bool killed)
    {
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay, "--relay-only");

        if (killed)
        {
            await relay.Program.KillAsync();
        }
        else
        {
            relay.Program.Terminate();
            Assert.That(await relay.Program.ExitAsync(), Is.Zero);
        }

        // Typed while there is no way at all.
        await dialler.TypeAsync("into the gap");
        RelayProcess again = await StartRelayAsync(port: relay.Address.Port);
        Assert.That(again.Address, Is.EqualTo(relay.Address));

        await listener.LineAsync("into the gap");
        await TalkAsync(listener, dialler, "after the gap");
        await HearsAsync(listener, "Registered at");
        Assert.That(listener.Lines, Is.EqualTo(new[] { "hello from the dialler", "into the gap", "after the gap from the dialler" }));

        ChatProcess busy = await StartDiallerAsync(again, listener);
        Assert.That(await busy.Program.ExitAsync(), Is.EqualTo(1));
    }

    private static Task HearsAsync(ChatProcess chat, string note) =>
        chat.Program.UntilAsync(() => chat.Program.Errors.Any(line => line.Contains(note)), $"'{note}' is said");
}
