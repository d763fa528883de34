using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class NetworkGatewayTests
{
    [TestCase("10.1.0.10", 24, "10.1.0.255", true)]
    [TestCase("10.1.0.10", 24, "10.1.1.10", false)]
    [TestCase("10.1.0.10", 20, "10.1.15.1", true)]
    [TestCase("10.1.0.10", 20, "10.1.16.1", false)]
    [TestCase("10.1.0.10", 0, "203.0.113.1", true)]
    [TestCase("10.1.0.10", 32, "10.1.0.11", false)]
    [TestCase("10.1.0.10", 999, "10.1.0.10", true)]
    [TestCase("2001:db8:0:1::5", 64, "2001:db8:0:1:ffff::", true)]
    [TestCase("2001:db8:0:1::5", 64, "2001:db8:0:2::5", false)]
    [TestCase("2001:db8:0:1::5", 64, "fe80::1", true)]
    [TestCase("2001:db8:0:1::5", 64, "10.1.0.10", false)]
    public void Tells_who_is_on_the_link(string local, int prefix, string address, bool isOnLink) =>
        Assert.That(new NetworkGateway(IPAddress.None, IPAddress.Parse(local), prefix).IsOnLink(IPAddress.Parse(address)), Is.EqualTo(isOnLink));

    [TestCase("0.0.0.0", "None")]
    [TestCase("127.0.0.1", "None")]
    [TestCase("224.0.0.1", "None")]
    [TestCase("255.255.255.255", "None")]
    [TestCase("10.0.0.1", "Private")]
    [TestCase("172.16.0.1", "Private")]
    [TestCase("172.32.0.1", "Public")]
    [TestCase("192.168.1.1", "Private")]
    [TestCase("100.64.0.1", "Private")]
    [TestCase("100.128.0.1", "Public")]
    [TestCase("192.0.0.2", "Private")]
    [TestCase("169.254.1.1", "Private")]
    [TestCase("203.0.113.1", "Public")]
    [TestCase("::", "None")]
    [TestCase("::1", "None")]
    [TestCase("ff02::1", "None")]
    [TestCase("::ffff:10.0.0.1", "Private")]
    [TestCase("fd00::1", "Private")]
    [TestCase("fe80::1", "Private")]
    [TestCase("2001:db8::1", "Public")]
    public void Tells_the_scope_of_an_address(string address, string scope) =>
        Assert.That(AddressScopes.Of(IPAddress.Parse(address)).ToString(), Is.EqualTo(scope));

    [Test]
    public void The_second_port_is_one_that_routers_give()
    {
        Assert.That(MappingPorts.Of([0, 0, 0, 0]), Is.EqualTo(MappingPorts.First));
        Assert.That(MappingPorts.Of([0xFF, 0xFF, 0xFF, 0xFF]), Is.InRange(MappingPorts.First, ushort.MaxValue));
    }
}
