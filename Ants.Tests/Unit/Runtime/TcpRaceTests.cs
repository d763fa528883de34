using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>On the machine's loopback, by the name that most systems give two addresses.</summary>
public sealed class TcpRaceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    public async Task Whichever_address_of_a_host_answers_is_taken_at_once(string address)
    {
        using Socket server = new(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        server.Listen();
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        if (!(await Dns.GetHostAddressesAsync("localhost")).Contains(IPAddress.Parse(address)))
        {
            Assert.Ignore($"This system's localhost is not {address}.");
        }

        Stopwatch watch = Stopwatch.StartNew();
        using Socket client = await TcpRace.ConnectAsync(new DnsEndPoint("localhost", port), CancellationToken.None).WaitAsync(s_limit);
        Assert.That(client.Connected && client.NoDelay);
        TestContext.Out.WriteLine($"connected after {watch.Elapsed.TotalMilliseconds:0} ms");
    }

    [Test]
    public void A_port_that_nobody_serves_is_refused_as_the_system_says_it()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        SocketException refused = Assert.ThrowsAsync<SocketException>(
            () => TcpRace.ConnectAsync(new DnsEndPoint("127.0.0.1", ((IPEndPoint)taken.LocalEndPoint!).Port), CancellationToken.None).WaitAsync(s_limit))!;
        Assert.That(refused.SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));
    }

    [Test]
    public void A_call_that_is_given_up_is_cancelled()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.CatchAsync<OperationCanceledException>(() => TcpRace.ConnectAsync(new DnsEndPoint("127.0.0.1", 9), stop.Token).WaitAsync(s_limit));
    }
}
