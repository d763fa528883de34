using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Endpoints;

public class AddressTableTests
{
    private readonly EndpointPair _pair = new();

    [Test]
    public void An_error_at_each_of_20000_addresses_concerns_each_session_once()
    {
        const int Count = 20_000;
        AddressTable table = new();
        Session[] sessions = [.. Enumerable.Range(0, Count).Select(_ => NewSession())];
        for (int i = 0; i < Count; i++)
        {
            table.Add(Address(i), sessions[i]);
        }

        int concerned = 0;
        for (int i = 0; i < Count; i++)
        {
            concerned += table.At(Address(i)).Length;
            Assert.That(table.At(Address(i)).ToArray(), Is.EqualTo((Session[])[sessions[i]]));
        }

        Assert.That(concerned, Is.EqualTo(Count));
    }

    [Test]
    public void Sessions_that_share_an_address_are_all_concerned_until_they_leave_it()
    {
        AddressTable table = new();
        Session first = NewSession(), second = NewSession();
        table.Add(Address(1), first);
        table.Add(Address(1), second);
        table.Add(Address(1), first);
        Assert.That(table.At(Address(1)).ToArray(), Is.EqualTo((Session[])[first, second]));
        table.Remove(Address(1), first);
        table.Remove(Address(1), first);
        Assert.That(table.At(Address(1)).ToArray(), Is.EqualTo((Session[])[second]));
        table.Remove(Address(1), second);
        Assert.That(table.At(Address(1)).ToArray(), Is.Empty);
    }

    [Test]
    public void Who_is_asked_about_leaving_may_leave_meanwhile()
    {
        AddressTable table = new();
        Session first = NewSession(), second = NewSession();
        table.Add(Address(1), first);
        table.Add(Address(1), second);
        List<Session> told = [];
        foreach (Session session in table.At(Address(1)))
        {
            told.Add(session);
            table.Remove(Address(1), first);
            table.Remove(Address(1), second);
        }

        Assert.That(told, Is.EqualTo((Session[])[first, second]));
    }

    private static CarrierAddress Address(int port) => EndpointPair.Udp($"203.0.113.{port % 250}", 1024 + port);

    private Session NewSession() => new(_pair.Alice.Endpoint, _pair.Alice.Endpoint.Id, _pair.Bob.Endpoint.Id, new SessionOptions());
}
