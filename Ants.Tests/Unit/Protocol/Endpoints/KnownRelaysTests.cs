using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Tests.Simulation;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Endpoints;

/// <summary>An agent, as Alice, has a session with a relay, as Bob.</summary>
public sealed class KnownRelaysTests
{
    private const int Link = 7;

    private static readonly AgentId Peer = KnownAgents.FromByte(1).Id;

    private EndpointPair _pair = null!;
    private KnownRelays _relays = null!;
    private Simulation.Wire _wire = null!;

    private CarrierAddress At => _wire.BobFromAlice;

    [SetUp]
    public void Join()
    {
        (_pair, _relays) = (new EndpointPair(), new KnownRelays());
        _wire = _pair.AddDirect();
        _pair.Alice.Connect(At);
        _relays.Set(Link, _pair.Alice.Session);
        _pair.RunUntil(() => _pair.Alice.Session!.State == SessionState.Established && _pair.Bob.Session?.State == SessionState.Established);
    }

    [Test]
    public void A_packet_of_another_session_from_the_relays_address_has_come_over_it() =>
        Assert.That(_relays.Origin(At, Peer), Is.EqualTo(CarrierAddress.Relayed(Link, Peer)));

    [Test]
    public void The_relays_own_packets_and_those_from_elsewhere_are_what_they_seem()
    {
        CarrierAddress elsewhere = EndpointPair.Udp("203.0.113.9", 1);
        Assert.That(_relays.Origin(At, _pair.Bob.Endpoint.Id), Is.EqualTo(At));
        Assert.That(_relays.Origin(elsewhere, Peer), Is.EqualTo(elsewhere));
    }

    [Test]
    public void A_relay_without_a_session_is_nowhere()
    {
        _relays.Set(Link, null);
        Assert.That(_relays.Origin(At, Peer), Is.EqualTo(At));
    }

    [Test]
    public void An_address_from_which_the_relay_seems_to_send_is_its_own_once_it_has_answered_there()
    {
        _wire.BobFromAlice = EndpointPair.Udp("203.0.113.9", 1);
        _wire.IsCutFromAlice = true;
        _pair.Bob.Session!.Paths.Active!.ProbesOwed = 1;
        _pair.Bob.Endpoint.Wake(_pair.Bob.Session);
        _pair.RunUntil(() => _pair.Alice.Session!.Paths.Active!.Remote == At);
        Assert.That(_relays.Origin(At, Peer), Is.EqualTo(At));
        _wire.IsCutFromAlice = false;

        // The challenge that was cut off took all that may go there: more has to come before another one goes.
        _pair.Bob.Session!.Paths.Active!.ProbesOwed = 2;
        _pair.Bob.Endpoint.Wake(_pair.Bob.Session);
        _pair.RunUntil(() => _pair.Alice.Session!.Paths.Active!.IsAddressValidated);
        Assert.That(_relays.Origin(At, Peer), Is.EqualTo(CarrierAddress.Relayed(Link, Peer)));
    }
}
