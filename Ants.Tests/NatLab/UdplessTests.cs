using System.Net;
using System.Text.Json;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>Agents in networks that let no UDP out, each a Chat process behind a kernel firewall, with a relay on port 443.</summary>
internal sealed class UdplessTests : LabFixture
{
    private const int Https = 443;

    [Test]
    public Task Where_UDP_is_dropped_lines_flow() => TalkAsync(NatBehaviour.UdpBlocked);

    [Test]
    public Task Where_only_TCP_443_is_let_out_lines_flow() => TalkAsync(NatBehaviour.UdpBlocked, nat => nat.LetOutOnlyTcpAsync(Https));

    [TestCase(ProxyBy.Option)]
    [TestCase(ProxyBy.Environment)]
    public async Task Where_only_a_proxy_with_a_password_is_let_out_lines_flow(ProxyBy told)
    {
        LabProxy? proxy = null;
        await TalkAsync(NatBehaviour.ProxyOnly, async (lab, nat) =>
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
        await using Relay relay = await Relay.StartAsync(lab);
        LabNat nat = await lab.AddNatAsync("nat", NatBehaviour.ProxyOnly);
        await using LabProxy proxy = await StartProxyAsync(lab);
        await nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy.Host);
        LabHost host = await nat.AddHostAsync("alice");
        await using LabProcess chat = await StartChatAsync(host, relay, ["--listen", "--proxy", $"http://{proxy.Host.Address}:{LabProxy.Port}"], null);

        Assert.That(await chat.Exit.WaitAsync(Patience), Is.EqualTo(1));
        Assert.That(await chat.Error.ReadAllAsync().FirstAsync(), Does.Contain("A WebSocket to it failed too").And.Contain("407"));
    }

    private static async Task TalkAsync(NatBehaviour behaviour, Func<NatLab, LabNat, Task<Way>> open)
    {
        await using NatLab lab = await CreateLabAsync();
        await using Relay relay = await Relay.StartAsync(lab);
        LabNat nat = await lab.AddNatAsync("nat", behaviour);
        Way way = await open(lab, nat);
        LabHost inside = await nat.AddHostAsync("alice"), outside = await lab.AddPublicHostAsync("bob");
        await using LabProcess alice = await StartChatAsync(inside, relay, ["--listen", .. way.Arguments], way.Environment);
        string id = (await NextAsync(alice, "ready")).GetProperty("agent").GetString()!;
        await using LabProcess bob = await StartChatAsync(outside, relay, ["--peer", id], null);

        foreach (LabProcess chat in (LabProcess[])[alice, bob])
        {
            Assert.That((await NextAsync(chat, "path")).GetProperty("kind").GetString(), Is.EqualTo("relayed"));
        }

        foreach ((LabProcess speaker, LabProcess listener) in ((LabProcess, LabProcess)[])[(alice, bob), (bob, alice)])
        {
            await speaker.Input.WriteLineAsync("hello");
            Assert.That((await NextAsync(listener, "line")).GetProperty("text").GetString(), Is.EqualTo("hello"));
        }

        Assert.That((await nat.ReadCountersAsync()).Blocked, Is.GreaterThan(0), "UDP was tried, and dropped");
        bob.Input.Close();
        Assert.That(await bob.Exit.WaitAsync(Patience), Is.Zero);
        alice.Terminate();
        Assert.That(await alice.Exit.WaitAsync(Patience), Is.Zero);
    }

    private static Task TalkAsync(NatBehaviour behaviour, Func<LabNat, Task>? open = null) => TalkAsync(behaviour, async (_, nat) =>
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

    private static Task<LabProcess> StartChatAsync(LabHost host, Relay relay, string[] role, IReadOnlyDictionary<string, string?>? environment) =>
        host.StartAsync(Executables.Host, [Executables.Find("samples", "Chat"), "--json", "--relay", relay.Address, .. role], environment);

    private static async Task<JsonElement> NextAsync(LabProcess chat, string name)
    {
        using CancellationTokenSource limit = new(Patience);
        while (true)
        {
            JsonElement said = JsonDocument.Parse(await chat.Output.ReadAsync(limit.Token)).RootElement;
            if (said.GetProperty("event").GetString() == name)
            {
                return said;
            }
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

    /// <summary>A relay process on port 443 of a public host.</summary>
    private sealed record Relay(LabProcess Process, DirectoryInfo Files, string Address) : IAsyncDisposable
    {
        public static async Task<Relay> StartAsync(NatLab lab)
        {
            LabHost host = await lab.AddPublicHostAsync("relay");
            DirectoryInfo files = Directory.CreateTempSubdirectory("ants-udpless-");
            LabProcess process = await host.StartAsync(
                Executables.Host,
                [Executables.Find("Ants.Relay"), "--listen", new IPEndPoint(host.Address, Https).ToString(), "--data", files.FullName]);
            using CancellationTokenSource limit = new(Patience);
            return new Relay(process, files, await process.Output.ReadAsync(limit.Token));
        }

        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            Files.Delete(recursive: true);
        }
    }
}
