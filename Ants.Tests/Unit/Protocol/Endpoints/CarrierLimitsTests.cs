using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Endpoints;

/// <summary>Which sessions wait for a full carrier, and who is woken when it has room.</summary>
public sealed class CarrierLimitsTests
{
    private static readonly CarrierAddress s_carrier = CarrierAddress.WebSocket(1);

    private EndpointPair _pair = null!;
    private SessionSchedule _schedule = null!;
    private CarrierLimits _limits = null!;

    [SetUp]
    public void Begin()
    {
        _pair = new EndpointPair();
        _schedule = new SessionSchedule();
        _limits = new CarrierLimits(_schedule);
    }

    [Test]
    public void Who_met_a_full_carrier_is_woken_once_when_it_has_room()
    {
        Session waiting = NewSession(), other = NewSession();
        Assert.That(_limits.IsFull(waiting, s_carrier), Is.False);
        _limits.OnFull(s_carrier);
        Assert.That(_limits.IsFull(waiting, s_carrier), Is.True);
        Assert.That(_limits.IsFull(waiting, s_carrier), Is.True);
        Assert.That(_limits.IsFull(other, CarrierAddress.WebSocket(2)), Is.False, "Another carrier.");
        Assert.That(Woken(), Is.Empty);
        _limits.OnRoom(s_carrier);
        Assert.That(Woken(), Is.EqualTo((Session[])[waiting]));
        Assert.That(_limits.IsFull(waiting, s_carrier), Is.False);
        _limits.OnRoom(s_carrier);
        Assert.That(Woken(), Is.Empty, "There was room already.");
    }

    [Test]
    public void The_next_full_carrier_wakes_none_of_those_that_waited_for_the_last()
    {
        Session first = NewSession(), second = NewSession();
        _limits.OnFull(s_carrier);
        _limits.IsFull(first, s_carrier);
        _limits.OnRoom(s_carrier);
        Woken();
        _limits.OnFull(CarrierAddress.WebSocket(2));
        _limits.IsFull(second, CarrierAddress.WebSocket(2));
        _limits.OnRoom(CarrierAddress.WebSocket(2));
        Assert.That(Woken(), Is.EqualTo((Session[])[second]));
    }

    [Test]
    public void A_session_that_is_over_is_not_woken()
    {
        Session over = NewSession(), waiting = NewSession();
        _limits.OnFull(s_carrier);
        _limits.IsFull(over, s_carrier);
        _limits.IsFull(waiting, s_carrier);
        _limits.Remove(over);
        _limits.OnRoom(s_carrier);
        Assert.That(Woken(), Is.EqualTo((Session[])[waiting]));
    }

    [Test]
    public void A_relayed_carrier_is_as_full_as_what_its_relay_session_travels_over()
    {
        Session tunnel = Established(), waiting = NewSession();
        CarrierAddress under = tunnel.Paths.Active!.Remote;
        CarrierAddress relayed = CarrierAddress.Relayed(3, _pair.Bob.Endpoint.Id);
        _limits.OnFull(under);
        Assert.That(_limits.IsFull(waiting, relayed), Is.False, "Nothing is known of the link.");
        _limits.OnTunnelPath(3, tunnel);
        Assert.That(_limits.IsFull(waiting, relayed), Is.True);
        Assert.That(_limits.IsFull(waiting, CarrierAddress.Relayed(4, _pair.Bob.Endpoint.Id)), Is.False, "Another link.");
        _limits.OnTunnelPath(3, tunnel);
        Assert.That(Woken(), Is.EqualTo((Session[])[waiting]), "Its way may be another one: all look again.");
        _limits.Remove(tunnel);
        Assert.That(_limits.IsFull(waiting, relayed), Is.False, "The link has ended.");
    }

    [Test]
    public void Only_links_on_a_WebSocket_have_a_capacity()
    {
        Session tunnel = Established();
        _limits.OnTunnelPath(3, tunnel);
        Assert.That(_limits.Capacity(CarrierAddress.Relayed(3, _pair.Bob.Endpoint.Id)), Is.Null);
        Assert.That(_limits.Capacity(CarrierAddress.Relayed(4, _pair.Bob.Endpoint.Id)), Is.Null);
        tunnel.Paths.Active!.Remote = s_carrier;
        Assert.That(_limits.Capacity(CarrierAddress.Relayed(3, _pair.Bob.Endpoint.Id)), Is.InRange(1, tunnel.MaxDatagramPayload));
        Assert.That(_limits.Capacity(s_carrier), Is.Null);
    }

    private Session[] Woken()
    {
        List<Session> woken = [];
        while (_schedule.TryPeekSending(out Session? session))
        {
            woken.Add(session!);
            _schedule.FinishSending();
        }

        return [.. woken];
    }

    private Session Established()
    {
        _pair.Alice.Connect(_pair.AddDirect().BobFromAlice);
        Session session = _pair.Alice.Session!;
        _pair.RunUntil(() => session is { State: SessionState.Established, Paths.Active: not null });
        return session;
    }

    private Session NewSession()
    {
        Session session = new(_pair.Alice.Endpoint, _pair.Alice.Endpoint.Id, _pair.Bob.Endpoint.Id, new SessionOptions());
        _schedule.Add(session);
        return session;
    }
}
