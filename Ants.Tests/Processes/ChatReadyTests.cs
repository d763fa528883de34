using System.Net;
using System.Net.Sockets;
using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>When a chat says that it is ready, and what of.</summary>
internal sealed class ChatReadyTests : ProcessFixture
{
    [Test]
    public async Task Ready_names_the_agent_and_every_relay_in_its_invite()
    {
        RelayProcess first = await StartRelayAsync("first");
        RelayProcess second = await StartRelayAsync("second");
        ChatProcess chat = StartChat("--listen", "--relay", $"{first.Address}", "--relay", $"{second.Address}");

        ChatEvent ready = await chat.EventAsync("ready");

        Invite invite = Invite.Parse(ready.Text("invite"));
        Assert.That(ready.Text("agent"), Is.EqualTo(invite.PeerId.ToString()).And.StartWith("z6Mk"));
        Assert.That(invite.Relays, Is.EquivalentTo(new[] { first.Address, second.Address }));
    }

    [Test]
    public async Task Ready_comes_after_three_seconds_when_one_of_two_relays_is_silent()
    {
        using UdpClient silent = new(new IPEndPoint(IPAddress.Loopback, 0));
        using AgentIdentity nobody = AgentIdentity.Generate();
        RelayProcess relay = await StartRelayAsync();
        ChatProcess chat = StartChat("--listen", "--relay", $"{relay.Address}", "--relay", $"ants://{silent.Client.LocalEndPoint}/#{nobody.Id}");

        ChatEvent ready = await chat.EventAsync("ready");

        // The time that the process takes to start comes on top; on a busy machine that is seconds.
        Assert.That(ready.Milliseconds, Is.InRange(3_000, 8_000));
        Assert.That(Invite.Parse(ready.Text("invite")).Relays, Is.EqualTo(new[] { relay.Address }));
    }

    [Test]
    public async Task A_chat_that_gets_no_relay_at_all_says_so_and_fails()
    {
        using UdpClient silent = new(new IPEndPoint(IPAddress.Loopback, 0));
        using AgentIdentity nobody = AgentIdentity.Generate();
        ChatProcess chat = StartChat("--listen", "--relay", $"ants://{silent.Client.LocalEndPoint}/#{nobody.Id}");

        Assert.That(await chat.Program.ExitAsync(), Is.EqualTo(1));
        Assert.That(chat.Program.Output, Is.Empty);
        Assert.That(chat.Program.Errors, Has.Count.EqualTo(1).And.Some.Contains("did not answer").And.Some.Contains($"{silent.Client.LocalEndPoint}"));
    }

    [Test]
    public async Task A_relay_that_proves_another_key_is_refused_by_both_names()
    {
        RelayProcess relay = await StartRelayAsync();
        using AgentIdentity other = AgentIdentity.Generate();
        ChatProcess chat = StartChat("--listen", "--relay", $"ants://{relay.Address.Host}:{relay.Address.Port}/#{other.Id}");

        Assert.That(await chat.Program.ExitAsync(), Is.EqualTo(1));
        Assert.That(chat.Program.Errors, Has.Count.EqualTo(1).And.Some.Contains($"expected {other.Id}").And.Some.Contains($"found {relay.Address.Id}"));
    }
}
