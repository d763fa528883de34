using System.Net;
using Ants.Nat;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Agents ask the simulated router before them, whole, on virtual time.</summary>
public class PortMappingTests
{
    private static readonly PortMappingProtocols[] s_each = [PortMappingProtocols.Pcp, PortMappingProtocols.NatPmp, PortMappingProtocols.Upnp];

    [TestCaseSource(nameof(s_each))]
    public void Two_symmetric_NATs_go_direct_when_one_router_maps_by(PortMappingProtocols protocol) => MappingScene.Run(protocol, async scene =>
    {
        await using (AntsAgent alice = await scene.StartAliceAsync())
        await using (AntsAgent bob = await scene.StartBobAsync())
        {
            await scene.TalkDirectlyAsync(alice, bob);
            Assert.That(alice.PortMapping.Mappings.Single().Protocol, Is.EqualTo(protocol));
        }

        Assert.That(scene.Router.Leases, Is.Empty);
        Assert.That(scene.Router.Log, Has.Some.StartsWith($"{protocol} added").And.Some.StartsWith($"{protocol} removed"));
    });

    [Test]
    public void Without_a_mapping_the_same_two_stay_relayed() => MappingScene.Run(PortMappingProtocols.None, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync(), bob = await scene.StartBobAsync();
        await using AntsSession session = await bob.ConnectAsync(alice.Id);
        await scene.World.PassAsync(10);
        Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
    });

    [Test]
    public void Of_a_router_that_speaks_all_PCP_is_used_and_what_else_it_speaks_is_known() => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync();
        await scene.MappedAsync(alice);
        await scene.World.PassAsync(5);

        Assert.That(alice.PortMapping.Attempts.Select(attempt => (attempt.Protocol, attempt.Outcome)), Is.EqualTo(new[]
        {
            (PortMappingProtocols.Pcp, PortMappingOutcome.Mapped),
            (PortMappingProtocols.NatPmp, PortMappingOutcome.Available),
            (PortMappingProtocols.Upnp, PortMappingOutcome.Available),
        }));
        Assert.That(scene.Router.Leases, Has.Count.EqualTo(1));
    });

    [TestCaseSource(nameof(s_each))]
    public void A_mapping_is_renewed_at_half_of_its_lease_and_ends_with_it_when_the_agent_is_killed(PortMappingProtocols protocol) => MappingScene.Run(protocol, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync();
        PortMapping first = await scene.MappedAsync(alice);
        Assert.That(first.Lifetime, Is.EqualTo(TimeSpan.FromMinutes(10)));
        await scene.World.PassAsync(1000);
        Assert.That(scene.Router.Log.Count(line => line.Contains("renewed", StringComparison.Ordinal)), Is.EqualTo(3));
        Assert.That(scene.Router.Log, Has.None.Contains("expired"));

        scene.AliceHost.Kill();
        await scene.World.PassAsync(600);
        Assert.That(scene.Router.Leases, Is.Empty);
    });

    [TestCaseSource(nameof(s_each))]
    public void A_router_that_restarts_gives_the_same_mapping_again(PortMappingProtocols protocol) => MappingScene.Run(protocol, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync();
        PortMapping first = await scene.MappedAsync(alice);
        await scene.World.PassAsync(100);
        scene.Router.Restart();
        Assert.That(scene.Router.Leases, Is.Empty);
        await scene.World.PassAsync(201);

        Assert.That(scene.Router.Log, Has.Exactly(2).Contains("added"));
        Assert.That(alice.PortMapping.Mappings.Single(), Is.EqualTo(first));
    });

    [TestCaseSource(nameof(s_each))]
    public void A_router_that_is_replaced_by_a_silent_one_is_noticed_when_the_lease_ends(PortMappingProtocols protocol) => MappingScene.Run(protocol, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync();
        await scene.MappedAsync(alice);
        scene.Router.Protocols = PortMappingProtocols.None;
        await scene.World.PassAsync(601);
        Assert.That(alice.PortMapping.Mappings, Is.Empty);

        scene.Router.Protocols = protocol;
        await scene.MappedAsync(alice, seconds: 600);
    });

    [Test]
    public void A_private_external_address_is_reported_as_another_NAT() => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        scene.Router.ToldAddress = IPAddress.Parse("100.64.3.4");
        await using AntsAgent alice = await scene.StartAliceAsync();
        PortMapping mapping = await scene.MappedAsync(alice);

        Assert.That(mapping.IsBehindAnotherNat);
        Assert.That(alice.PortMapping.Attempts[0].Detail, Does.Contain("behind another NAT"));
    });

    [TestCase("0.0.0.0", null, null)]
    [TestCase("255.255.255.255", null, null)]
    [TestCase("127.0.0.1", null, null)]
    [TestCase(null, 0, null)]
    [TestCase(null, null, 0L)]
    public void A_router_that_lies_is_not_believed(string? address, int? port, long? lifetime) => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        scene.Router.ToldAddress = address is null ? null : IPAddress.Parse(address);
        scene.Router.GrantedPort = port;
        scene.Router.GrantedLifetime = (uint?)lifetime;
        await using AntsAgent alice = await scene.StartAliceAsync();
        await scene.World.PassAsync(10);

        Assert.That(MappingScene.OutcomeOf(alice, PortMappingProtocols.Pcp), Is.EqualTo(PortMappingOutcome.Nonsense));
        if (address is not null)
        {
            Assert.That(alice.PortMapping.Attempts.Select(attempt => attempt.Outcome), Is.All.EqualTo(PortMappingOutcome.Nonsense));
            Assert.That(alice.PortMapping.Mappings, Is.Empty);
        }
    });

    [Test]
    public void A_lifetime_beyond_all_measure_is_cut_to_a_day_and_renewed_as_asked() => MappingScene.Run(PortMappingProtocols.Pcp, async scene =>
    {
        scene.Router.GrantedLifetime = 2_000_000_000;
        await using AntsAgent alice = await scene.StartAliceAsync();
        Assert.That((await scene.MappedAsync(alice)).Lifetime, Is.EqualTo(TimeSpan.FromDays(1)));
        await scene.World.PassAsync(301);
        Assert.That(scene.Router.Log, Has.Some.Contains("renewed"));
    });

    [Test]
    public void Where_the_better_protocols_refuse_the_reason_is_kept() => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        scene.Router.Refusal = 2;
        await using AntsAgent alice = await scene.StartAliceAsync();
        await scene.World.PassAsync(5);
        Assert.That(alice.PortMapping.Attempts.Select(attempt => attempt.Outcome), Is.All.EqualTo(PortMappingOutcome.Refused));
        Assert.That(alice.PortMapping.Attempts[0].Detail, Is.EqualTo("NotAuthorized (2)"));

        scene.Router.Refusal = 0;
        await scene.MappedAsync(alice, seconds: 180);
    });

    [Test]
    public void A_router_with_permanent_leases_alone_is_asked_for_one_that_the_next_start_takes_over() => MappingScene.Run(PortMappingProtocols.Upnp, async scene =>
    {
        scene.Router.IsPermanentOnly = true;
        AgentIdentity identity = scene.World.NextIdentity();
        AntsAgent killed = await scene.StartAliceAsync(options => options.Identity = identity);
        PortMapping left = await scene.MappedAsync(killed);
        Assert.That(left.Lifetime, Is.EqualTo(TimeSpan.Zero));
        scene.AliceHost.Kill();
        await scene.World.PassAsync(1);
        await killed.DisposeAsync();
        Assert.That(scene.Router.Leases, Has.Count.EqualTo(1));

        scene.AliceHost.Restart();
        await using (AntsAgent again = await scene.StartAliceAsync(options => (options.Identity, options.Port) = (identity, left.Internal.Port)))
        {
            PortMapping mapping = await scene.MappedAsync(again);
            Assert.That(mapping.External, Is.EqualTo(left.External));
            Assert.That(scene.Router.Leases, Has.Count.EqualTo(1));
        }

        Assert.That(scene.Router.Leases, Is.Empty);
    });

    [Test]
    public void A_host_that_moves_is_mapped_by_the_new_router() => MappingScene.Run(PortMappingProtocols.Pcp, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync(), bob = await scene.StartBobAsync();
        await scene.TalkDirectlyAsync(alice, bob);
        SimulatedNat cafe = scene.World.Network.AddNat(NatKind.Symmetric, name: "cafe");
        cafe.OfferMappings(PortMappingProtocols.NatPmp);
        scene.AliceHost.Move(cafe);
        await scene.World.UntilAsync(() => alice.PortMapping.Mappings is [{ Protocol: PortMappingProtocols.NatPmp }], 5, "the cafe's router maps");
        Assert.That(alice.PortMapping.Mappings[0].External.Address, Is.EqualTo(cafe.PublicAddress));
        await scene.TalkDirectlyAsync(alice, bob);
    });

    [TestCase(true, PortMappingProtocols.All)]
    [TestCase(false, PortMappingProtocols.None)]
    public void Nobody_is_asked_when_the_owner_does_not_want_it(bool relayOnly, PortMappingProtocols allowed) => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        int asked = 0;
        scene.World.Network.Trace = (DatagramStep _, DropReason _, in SimulatedDatagram datagram) => asked += datagram.Destination.Port is 5351 or 1900 ? 1 : 0;
        await using AntsAgent alice = await scene.StartAliceAsync(options => (options.RelayOnly, options.PortMapping) = (relayOnly, allowed));
        await scene.World.PassAsync(5);
        Assert.That((asked, scene.Router.Log.Count, alice.PortMapping.Attempts.Count), Is.EqualTo((0, 0, 0)));
    });

    [TestCase(PortMappingProtocols.Pcp)]
    [TestCase(PortMappingProtocols.Upnp)]
    public void A_pinhole_is_opened_for_a_public_IPv6_address_and_closed_again(PortMappingProtocols protocol) => MappingScene.Run(
        protocol,
        async scene =>
        {
            await using (AntsAgent alice = await scene.StartAliceAsync())
            {
                await scene.World.UntilAsync(() => alice.PortMapping.Mappings.Count == 2, 10, "a mapping and a pinhole are held");
                PortMapping pinhole = alice.PortMapping.Mappings[1];
                Assert.That(pinhole.External, Is.EqualTo(pinhole.Internal).And.EqualTo(new IPEndPoint(scene.AliceHost.Addresses[1], alice.Port)));

                // Somebody whom she has never sent anything knocks.
                SimulatedHost stranger = scene.World.Network.AddHost(name: "stranger", ipv6: true);
                long before = scene.AliceHost.Counters.Delivered;
                using SimulatedPort knock = stranger.Bind(0, (_, _, _) => { });
                knock.Send([64, 1, 2, 3], pinhole.External);
                await scene.World.PassAsync(0.1);
                Assert.That(scene.AliceHost.Counters.Delivered, Is.GreaterThan(before));
                await scene.World.PassAsync(700);
                Assert.That(scene.Router.Leases, Has.Count.EqualTo(2), "both are renewed");
            }

            Assert.That(scene.Router.Leases, Is.Empty);
        },
        ipv6: true);

    [TestCase("silent")]
    [TestCase("refusing")]
    [TestCase("lying")]
    [TestCase("flooding")]
    [TestCase("slow")]
    public void A_bad_router_costs_the_first_connection_next_to_nothing(string vice)
    {
        TimeSpan without = FirstConnection(PortMappingProtocols.None, _ => { });
        TimeSpan with = FirstConnection(vice == "silent" ? PortMappingProtocols.None : PortMappingProtocols.All, router =>
        {
            router.Refusal = vice == "refusing" ? 2 : 0;
            router.ToldAddress = vice == "lying" ? IPAddress.Broadcast : null;
            router.Noise = vice == "flooding" ? 1000 : 0;
            router.Slowness = TimeSpan.FromSeconds(vice == "slow" ? 60 : 0);
            router.Protocols = vice == "slow" ? PortMappingProtocols.Upnp : router.Protocols;
        });
        TestContext.Out.WriteLine($"{vice}: direct {with.TotalMilliseconds:0} ms after the start of bob's call, {without.TotalMilliseconds:0} ms without a router to ask");
        Assert.That(with - without, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(5)));
    }

    [Test]
    public void To_stop_waits_a_quarter_of_a_second_at_most_for_a_router_that_is_gone() => MappingScene.Run(PortMappingProtocols.All, async scene =>
    {
        AntsAgent alice = await scene.StartAliceAsync();
        await scene.MappedAsync(alice);
        scene.Router.Protocols = PortMappingProtocols.None;
        Protocol.Instant asked = scene.World.Network.Now;
        await alice.DisposeAsync();
        Assert.That(scene.World.Network.Now - asked, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(300)));
    });

    private static TimeSpan FirstConnection(PortMappingProtocols speaks, Action<SimulatedRouter> spoil)
    {
        TimeSpan taken = TimeSpan.MaxValue;
        MappingScene.Run(speaks, async scene =>
        {
            spoil(scene.Router);
            await using AntsAgent bob = await scene.StartBobAsync();
            Protocol.Instant begun = scene.World.Network.Now;
            await using AntsAgent alice = await scene.StartAliceAsync();
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await scene.World.UntilDirectAsync(session);
            taken = scene.World.Network.Now - begun;
        }, bobs: NatKind.FullCone);
        return taken;
    }
}
