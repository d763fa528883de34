using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class SystemNetworkTests
{
    // Of the many loopback addresses of Linux one that nobody chooses by itself; other systems have the one.
    private static readonly IPAddress s_mine = IPAddress.Parse(OperatingSystem.IsLinux() ? "127.0.0.9" : "127.0.0.1");

    [Test]
    public void Local_addresses_are_ones_that_a_peer_could_use()
    {
        IReadOnlyList<IPAddress> addresses = AntsNetwork.System.LocalAddresses();

        Assert.Multiple(() =>
        {
            Assert.That(addresses, Is.Unique);
            Assert.That(addresses.Where(IPAddress.IsLoopback), Is.Empty);
            Assert.That(addresses.Where(a => a.IsIPv6LinkLocal || a.IsIPv6Multicast), Is.Empty);
            Assert.That(addresses.Select(a => a.AddressFamily), Is.All.AnyOf(AddressFamily.InterNetwork, AddressFamily.InterNetworkV6));
        });
    }

    [Test]
    public void Gateways_are_routers_of_networks_that_the_machine_has_an_address_in()
    {
        long begun = Stopwatch.GetTimestamp();
        IReadOnlyList<NetworkGateway> gateways = AntsNetwork.System.Gateways();
        TestContext.Out.WriteLine($"{Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0.0} ms: {string.Join("; ", gateways)}");

        Assert.That(gateways.Select(gateway => gateway.Local), Is.SubsetOf(AntsNetwork.System.LocalAddresses()));
        Assert.That(gateways.Where(gateway => gateway.Router.AddressFamily != gateway.Local.AddressFamily), Is.Empty);
    }

    [Test]
    public async Task A_connection_comes_from_the_address_that_was_named_and_one_to_nobody_is_an_error()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        IPEndPoint there = (IPEndPoint)listener.LocalEndpoint;
        await using (Stream stream = await AntsNetwork.System.ConnectAsync(s_mine, there))
        {
            using Socket accepted = await listener.AcceptSocketAsync();
            Assert.That(((IPEndPoint)accepted.RemoteEndPoint!).Address, Is.EqualTo(s_mine));
        }

        listener.Stop();
        Assert.ThrowsAsync<SocketException>(() => AntsNetwork.System.ConnectAsync(IPAddress.Loopback, there));
    }

    [Test]
    public void A_bound_socket_knows_its_port()
    {
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, 0));

        Assert.That(socket.LocalEndPoint.Port, Is.Not.Zero);
    }
}
