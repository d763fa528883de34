using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class SystemNetworkTests
{
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
    public void A_bound_socket_knows_its_port()
    {
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, 0));

        Assert.That(socket.LocalEndPoint.Port, Is.Not.Zero);
    }
}
