using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>Agents in networks that let no UDP out, each a Chat process behind a kernel firewall, with a relay on port 443.</summary>
internal sealed class UdplessTests : LabFixture
{
    private const int Https = 443;

    [Test]
    public Task Where_UDP_is_dropped_lines_flow() => TalkAsync(LabNatBehaviour.UdpBlocked);

    [Test]
    public Task Where_only_TCP_443_is_let_out_lines_flow() => TalkAsync(LabNatBehaviour.UdpBlocked, nat => nat.LetOutOnlyTcpAsync(Https));

    [TestCase(ProxyBy.Option)]
    [TestCase(ProxyBy.Environment)]
    public async Task Where_only_a_proxy_with_a_password_is_let_out_lines_flow(ProxyBy told)
    {
        LabProxy? proxy = null;
        await TalkAsync(LabNatBehaviour.ProxyOnly, async (lab, nat) =>
        {
            proxy = await StartProxyAsync(lab);
            await nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy.Host);
            string address = proxy.Address.AbsoluteUri;
            return told == ProxyBy.Option
                ? new Way(["--proxy", address], null)
                : new Way([], new Dictionary<string, string?> { ["HTTPS_PROXY"] = address });
        });
        Assert.That(proxy!.Log, Has.Some.Contains($":{Https} "), "the relay was called through the proxy");
        await proxy.DisposeAsync();
    }

    [Test]
    public async Task A_proxy_that_is_told_no_password_is_named_as_what_is_in_the_way()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabRelay relay = await LabRelay.StartAsync(lab, Https);
        LabNat nat = await lab.AddNatAsync("nat", LabNatBehaviour.ProxyOnly);
        await using LabProxy proxy = await StartProxyAsync(lab);
        await nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy.Host);
        LabHost host = await nat.AddHostAsync("alice");
        await using LabChat chat = await LabChat.StartAsync(host, relay, ["--listen", "--proxy", $"http://{proxy.Host.Address}:{LabProxy.Port}"], null);

        Assert.That(await chat.Process.Exit.WaitAsync(Patience), Is.EqualTo(1));
        Assert.That(await chat.Process.Error.ReadAllAsync().FirstAsync(), Does.Contain("A WebSocket to it failed too").And.Contain("407"));
    }

    private static async Task TalkAsync(LabNatBehaviour behaviour, Func<NatLab, LabNat, Task<Way>> open)
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabRelay relay = await LabRelay.StartAsync(lab, Https);
        LabNat nat = await lab.AddNatAsync("nat", behaviour);
        Way way = await open(lab, nat);
        LabHost inside = await nat.AddHostAsync("alice"), outside = await lab.AddPublicHostAsync("bob");
        await using LabChat alice = await LabChat.StartAsync(inside, relay, ["--listen", .. way.Arguments], way.Environment);
        string id = (await alice.NextAsync("ready")).GetProperty("agent").GetString()!;
        await using LabChat bob = await LabChat.StartAsync(outside, relay, ["--peer", id], null);

        foreach (LabChat chat in (LabChat[])[alice, bob])
        {
            Assert.That((await chat.NextAsync("path")).GetProperty("kind").GetString(), Is.EqualTo("relayed"));
        }

        await LabChat.TalkAsync(alice, bob, "hello");
        Assert.That((await nat.ReadCountersAsync()).Blocked, Is.GreaterThan(0), "UDP was tried, and dropped");
        bob.Process.Input.Close();
        Assert.That(await bob.Process.Exit.WaitAsync(Patience), Is.Zero);
        alice.Process.Terminate();
        Assert.That(await alice.Process.Exit.WaitAsync(Patience), Is.Zero);
    }

    private static Task TalkAsync(LabNatBehaviour behaviour, Func<LabNat, Task>? open = null) => TalkAsync(behaviour, async (_, nat) =>
    {
        await (open?.Invoke(nat) ?? Task.CompletedTask);
        return new Way([], null);
    });

    private static async Task<LabProxy> StartProxyAsync(NatLab lab)
    {
        try
        {
            return await LabProxy.StartAsync(await lab.AddPublicHostAsync("proxy"));
        }
        catch (LabException missing) when (missing.Message.Contains("not installed", StringComparison.Ordinal))
        {
            Assert.Ignore(missing.Message);
            throw;
        }
    }

    /// <summary>How the agent is told of the proxy.</summary>
    internal enum ProxyBy
    {
        Option,
        Environment,
    }

    /// <summary>What an agent is told of its network.</summary>
    private sealed record Way(string[] Arguments, IReadOnlyDictionary<string, string?>? Environment);
}
