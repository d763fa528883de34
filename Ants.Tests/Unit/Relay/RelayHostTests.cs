using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Ants.Nat;
using Ants.Relay;
using Ants.Relay.Hosting;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>A relay on the machine's real loopback: UDP, TLS and HTTP.</summary>
public sealed class RelayHostTests
{
    // Generous: a loaded machine may take seconds for a handshake that takes milliseconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Two_agents_exchange_packets_over_real_sockets()
    {
        await using RelayHost host = await StartAsync();
        await using RelayClient alice = new(AntsNetwork.System, KnownAgents.FromByte(1));
        await using RelayClient bob = new(AntsNetwork.System, KnownAgents.FromByte(2));
        alice.Connect(host.Server);
        bob.Connect(host.Server);
        await UntilAsync(() => alice.IsRegistered && bob.IsRegistered);
        Assert.That(host.Server.AgentCount, Is.EqualTo(2));

        alice.Send(bob.Id, 0x40, 1);
        await UntilAsync(() => bob.Packets.Count == 1);
        bob.Send(alice.Id, 0x40, 2);
        await UntilAsync(() => alice.Packets.Count == 1);

        await host.Server.DisposeAsync();
        await UntilAsync(() => alice.End is not null && bob.End is not null);
        Assert.That(alice.End!.Code, Is.EqualTo(Ants.Protocol.SessionErrorCode.GoingAway));
    }

    [Test]
    public async Task The_UDP_port_answers_STUN()
    {
        await using RelayHost host = await StartAsync();
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] request = new byte[64];
        Assert.That(new StunWriter(request, StunClass.Request, StunMethod.Binding, new StunTransactionId("abcdefghijkl"u8)).TryFinish(out int length));
        await client.SendAsync(request.AsMemory(0, length), new IPEndPoint(IPAddress.Loopback, host.Server.Port));
        using CancellationTokenSource limit = new(s_limit);
        UdpReceiveResult answer = await client.ReceiveAsync(limit.Token);
        Assert.That(StunMessage.TryRead(answer.Buffer, out StunMessage message));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(client.Client.LocalEndPoint));
    }

    [Test]
    public async Task The_TCP_port_of_the_same_number_says_that_the_relay_is_well()
    {
        await using RelayHost host = await StartAsync();
        using HttpClient http = Client();
        string root = $"https://127.0.0.1:{host.Server.Port}";
        using HttpResponseMessage health = await http.GetAsync(new Uri(root + "/healthz"));
        Assert.That(health.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(health.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(await health.Content.ReadAsStringAsync(), Does.Match("""^\{"status":"ok","agents":0,"uptime_seconds":\d+\}$"""));

        using HttpResponseMessage other = await http.GetAsync(new Uri(root + "/"));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using HttpResponseMessage posted = await http.PostAsync(new Uri(root + "/healthz"), content: null);
        Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        using HttpRequestMessage head = new(HttpMethod.Head, root + "/healthz");
        using HttpResponseMessage headed = await http.SendAsync(head);
        Assert.That(headed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_same_port_has_the_figures_as_Prometheus_reads_them()
    {
        await using RelayHost host = await StartAsync();
        using HttpClient http = Client();
        Uri metrics = new($"https://127.0.0.1:{host.Server.Port}/metrics");
        using HttpResponseMessage page = await http.GetAsync(metrics);
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        string text = await page.Content.ReadAsStringAsync();
        Assert.That(text, Does.Contain("# TYPE ants_relay_agents gauge\nants_relay_agents "));
        Assert.That(text, Does.Match("""(?m)^ants_relay_dropped_total\{ants_reason="queue_full"\} \d+$"""));
        using HttpResponseMessage posted = await http.PostAsync(metrics, content: null);
        Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        using HttpRequestMessage head = new(HttpMethod.Head, metrics);
        using HttpResponseMessage headed = await http.SendAsync(head);
        Assert.That((headed.StatusCode, (await headed.Content.ReadAsStringAsync()).Length), Is.EqualTo((HttpStatusCode.OK, 0)));
    }

    [Test]
    public async Task A_port_in_use_is_said_and_the_other_port_is_let_go()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        IPEndPoint at = (IPEndPoint)taken.LocalEndPoint!;
        AntsException refused = Assert.ThrowsAsync<AntsException>(() => StartAsync(at.Port))!;
        Assert.That(refused.Error, Is.EqualTo(AntsError.AddressInUse));
        Assert.That(refused.Message, Does.Contain($"TCP port {at.Port}").And.Not.Contain("\n"));

        taken.Dispose();
        await using RelayHost host = await StartAsync(at.Port);
        refused = Assert.ThrowsAsync<AntsException>(() => StartAsync(at.Port))!;
        Assert.That(refused.Error, Is.EqualTo(AntsError.AddressInUse));
        Assert.That(refused.Message, Does.Contain($"UDP port {at.Port}"));
    }

    [TestCase("relay.example")]
    [TestCase("203.0.113.7")]
    [TestCase("2001:db8::7")]
    public void The_certificate_names_the_relays_host(string host)
    {
        DateTimeOffset now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = RelayCertificate.Create(host, now);
        Assert.That(certificate.MatchesHostname(host, allowWildcards: false, allowCommonName: false));
        Assert.That(certificate.HasPrivateKey);
        Assert.That(certificate.NotBefore, Is.LessThan(now.LocalDateTime));
        Assert.That(certificate.NotAfter, Is.GreaterThan(now.LocalDateTime.AddYears(5)));
    }

    private static Task<RelayHost> StartAsync(int port = 0) => RelayHost.StartAsync(
        new RelayOptions { Identity = KnownAgents.FromByte(0x77), Listen = new IPEndPoint(IPAddress.Loopback, port) },
        CancellationToken.None);

    private static HttpClient Client() => new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
    });

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
