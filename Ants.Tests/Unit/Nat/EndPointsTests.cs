using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class EndPointsTests
{
    [TestCase("[::ffff:192.0.2.1]:7", "192.0.2.1:7")]
    [TestCase("192.0.2.1:7", "192.0.2.1:7")]
    [TestCase("[2001:db8::1]:7", "[2001:db8::1]:7")]
    [TestCase("[fe80::1%3]:7", "[fe80::1%3]:7")]
    public void An_endpoint_has_one_form(string given, string expected)
    {
        IPEndPoint endpoint = IPEndPoint.Parse(given);
        IPEndPoint unmapped = EndPoints.Unmap(endpoint);

        Assert.That(unmapped, Is.EqualTo(IPEndPoint.Parse(expected)));
        Assert.That(unmapped, Is.Not.SameAs(endpoint));
        Assert.That(EndPoints.AreSame(endpoint, unmapped));
        Assert.That(EndPoints.FamilyOf(endpoint), Is.EqualTo(unmapped.AddressFamily));
    }

    [Test]
    public void Another_port_or_address_is_another_place()
    {
        IPEndPoint endpoint = IPEndPoint.Parse("192.0.2.1:7");
        Assert.That(EndPoints.AreSame(endpoint, IPEndPoint.Parse("192.0.2.1:8")), Is.False);
        Assert.That(EndPoints.AreSame(endpoint, IPEndPoint.Parse("[::ffff:192.0.2.2]:7")), Is.False);
        Assert.That(EndPoints.FamilyOf(IPEndPoint.Parse("[::1]:7")), Is.EqualTo(AddressFamily.InterNetworkV6));
    }
}
