using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Ants.Protocol.Wire;
using Ants.Relay;
using Ants.Relay.Hosting;
using Ants.Tests.Unit.Runtime;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>WebSockets on the machine's real loopback: TCP, TLS, HTTP, Kestrel and the system's client.</summary>
public sealed class RelayWebSocketTests
{
    // Generous: a loaded machine may take seconds for a handshake that takes milliseconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Agents_without_UDP_talk_over_a_relay_and_leave_in_order()
    {
        await using RelayHost host = await StartAsync();
        AntsAgent alice = await StartAgentAsync(host, 1), bob = await StartAgentAsync(host, 2);
        bob.Serve("echo/1", (stream, ct) => stream.Input.CopyToAsync(stream.Output, ct));
        await using (alice)
        {
            await using (bob)
            {
                Assert.That(host.Server.ConnectionCount, Is.EqualTo(2));
                await using AntsSession session = await alice.ConnectAsync(bob.Id).WaitAsync(s_limit);
                Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
                Assert.That(session.CurrentPath.Remote, Is.EqualTo(new IPEndPoint(IPAddress.Loopback, host.Server.Port)));
                await using AntsStream stream = await session.OpenStreamAsync("echo/1");
                byte[] sent = new byte[3_000_000];
                new Random(1).NextBytes(sent);
                Stopwatch watch = Stopwatch.StartNew();
                Task write = WriteAsync(stream, sent);
                MemoryStream received = new();
                await stream.Input.CopyToAsync(received).WaitAsync(s_limit);
                await write.WaitAsync(s_limit);
                Assert.That(received.ToArray(), Is.EqualTo(sent));
                TestContext.Out.WriteLine($"{sent.Length * 2 * 8 / watch.Elapsed.TotalSeconds / 1e6:0} Mbit/s, both ways together");
            }
        }

        await UntilAsync(() => host.Server.AgentCount == 0);
        await UntilAsync(() => host.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task A_relay_that_stops_ends_its_connections_at_once()
    {
        RelayHost host = await StartAsync();
        await using AntsAgent alice = await StartAgentAsync(host, 1);
        Stopwatch watch = Stopwatch.StartNew();
        await host.DisposeAsync().AsTask().WaitAsync(s_limit);
        Assert.That(watch.Elapsed.TotalSeconds, Is.LessThan(5));
        await UntilAsync(() => alice.HeldRelays.Count == 0);
    }

    [TestCase(null)]
    [TestCase("chat")]
    public async Task What_is_no_WebSocket_of_agents_is_told_what_would_be(string? protocol)
    {
        await using RelayHost host = await StartAsync();
        using HttpClient http = new(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
        using HttpRequestMessage request = new(HttpMethod.Get, $"https://127.0.0.1:{host.Server.Port}/ants");
        if (protocol is not null)
        {
            request.Headers.Add("Connection", "Upgrade");
            request.Headers.Add("Upgrade", "websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");
            request.Headers.Add("Sec-WebSocket-Protocol", protocol);
        }

        using HttpResponseMessage answer = await http.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(426));
        Assert.That(answer.Headers.GetValues("Sec-WebSocket-Protocol"), Is.EqualTo(["ants.1"]));
    }

    [Test]
    public async Task A_connection_above_the_limit_of_its_address_is_told_to_come_again_later()
    {
        await using RelayHost host = await StartAsync(options => options.MaxWebSocketsPerAddress = 1);
        using WebSocket first = await ConnectAsync(host), second = await ConnectAsync(host);
        using CancellationTokenSource limit = new(s_limit);
        ValueWebSocketReceiveResult end = await second.ReceiveAsync(new byte[64].AsMemory(), limit.Token);
        Assert.That(end.MessageType, Is.EqualTo(WebSocketMessageType.Close));
        Assert.That((int)second.CloseStatus!, Is.EqualTo(1013));
        Assert.That(host.Server.Counters.ConnectionsRefused, Is.EqualTo(1));
        Assert.That(host.Server.ConnectionCount, Is.EqualTo(1));
        first.Abort();
        await UntilAsync(() => host.Server.ConnectionCount == 0);
        using WebSocket third = await ConnectAsync(host);
        await UntilAsync(() => host.Server.ConnectionCount == 1);
    }

    [TestCase(WebSocketMessageType.Binary, PacketMessage.MaxLength + 1)]
    [TestCase(WebSocketMessageType.Text, 10)]
    public async Task A_message_that_no_agent_sends_ends_the_connection(WebSocketMessageType type, int length)
    {
        await using RelayHost host = await StartAsync();
        using WebSocket socket = await ConnectAsync(host);
        using CancellationTokenSource limit = new(s_limit);
        byte[] message = new byte[length];
        message.AsSpan().Fill((byte)'x');
        await socket.SendAsync(message.AsMemory(), type, endOfMessage: true, limit.Token);
        await UntilAsync(() => host.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task Garbage_is_counted_and_hurts_nobody()
    {
        await using RelayHost host = await StartAsync();
        await using AntsAgent alice = await StartAgentAsync(host, 1);
        using WebSocket socket = await ConnectAsync(host);
        using CancellationTokenSource limit = new(s_limit);
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            byte[] message = new byte[random.Next(0, 3000)];
            random.NextBytes(message);
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
        }

        await UntilAsync(() => host.Server.Counters.Garbage > 400);
        Assert.That(alice.HeldRelays, Has.Count.EqualTo(1));
    }

    private static Task<RelayHost> StartAsync(Action<RelayOptions>? configure = null)
    {
        RelayOptions options = new() { Identity = KnownAgents.FromByte(0x77), Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        configure?.Invoke(options);
        return RelayHost.StartAsync(options, CancellationToken.None);
    }

    private static Task<AntsAgent> StartAgentAsync(RelayHost host, byte key)
    {
        AntsOptions options = new() { Identity = KnownAgents.FromByte(key), Network = new UdplessNetwork(), Proxy = new WebProxy() };
        options.Relays.Add(host.Server.Address);
        return AntsAgent.StartAsync(options).WaitAsync(s_limit);
    }

    private static Task<WebSocket> ConnectAsync(RelayHost host) => AntsNetwork.System.ConnectWebSocketAsync(new WebSocketRequest
    {
        Address = new Uri($"wss://127.0.0.1:{host.Server.Port}/ants"),
        Proxy = new WebProxy(),
        AcceptsAnyCertificate = true,
    }).WaitAsync(s_limit);

    private static async Task WriteAsync(AntsStream stream, byte[] bytes)
    {
        await stream.Output.WriteAsync(bytes);
        await stream.Output.CompleteAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(s_limit);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
