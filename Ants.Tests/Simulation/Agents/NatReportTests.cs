using System.Net;
using System.Net.Sockets;
using Ants.Crypto;
using Ants.Nat;
using Ants.Protocol.Paths;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>What agents say of their networks and of the ways to their peers, against what the simulated world is.</summary>
public class NatReportTests
{
    [Test]
    public void A_report_names_addresses_relays_packet_size_and_mappings() => MappingScene.Run(PortMappingProtocols.Pcp, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync();
        NatReport report = await alice.DiagnoseAsync();

        Assert.That(report.IsComplete, Is.True);
        Assert.That(report.Udp, Is.EqualTo(UdpReach.Open));
        Assert.That(report.Families.Select(family => family.Family), Is.EqualTo(new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }));
        Assert.That(report.Families[0].HostAddresses, Is.EqualTo(scene.AliceHost.Addresses));
        Assert.That(report.Families[0].PublicAddresses.Select(seen => seen.Address), Is.EqualTo(new[] { scene.AliceHost.Nat!.PublicAddress }));
        Assert.That(report.Families[1].HostAddresses, Is.Empty);
        Assert.That(report.PortMapping.Mappings.Single().Protocol, Is.EqualTo(PortMappingProtocols.Pcp));
        Assert.That(report.Explanation, Does.Contain($"directly at {report.PortMapping.Mappings[0].External}, a port that the router maps to it (PCP)"));

        // Without searching for more, a packet is known to pass that every path carries.
        int mtu = FastPaths.Allow(FastPath.PacketSize) ? 1500 : PacketSize.Udp + 28;
        RelayReport relay = report.Relays.Single();
        Assert.That(relay, Is.EqualTo(new RelayReport(scene.World.Relay.Address, true, new IPEndPoint(scene.World.RelayHost.Addresses[0], 443), false, relay.RoundTrip, mtu, null)));
        Assert.That(relay.RoundTrip, Is.InRange(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30)));
    });

    [Test]
    public void A_direct_session_says_by_which_way() => MappingScene.Run(PortMappingProtocols.Upnp, async scene =>
    {
        await using AntsAgent alice = await scene.StartAliceAsync(), bob = await scene.StartBobAsync();
        PortMapping mapping = await scene.MappedAsync(alice);
        await using AntsSession session = await bob.ConnectAsync(alice.Id);
        await scene.World.UntilDirectAsync(session);
        TraversalReport report = await session.GetTraversalReportAsync();

        Assert.That(report.Reason, Is.EqualTo(RelayedReason.None));
        Assert.That(report.Outlook, Is.EqualTo(new PairOutlook(PairPlan.ReachPeer, AddressFamily.InterNetwork)));
        Assert.That(report.Explanation, Is.EqualTo($"Direct, to {mapping.External}, which the peer's router maps to it."));
        Assert.That(report.Tried.Where(tried => tried.IsInUse).Select(tried => tried.Candidate.Endpoint), Is.EqualTo(new[] { mapping.External }));
        Assert.That(report.Tried.Single(tried => tried.IsInUse).Probes, Is.GreaterThan(0));
    });

    [Test]
    public void An_agent_that_stays_behind_its_relays_says_so_on_both_ends() => Run(NatKind.Open, NatKind.FullCone, async (world, alice, bob) =>
    {
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.PassAsync(5);
        TraversalReport hers = await session.GetTraversalReportAsync();
        TraversalReport his = await (await bob.AcceptSessionAsync()).GetTraversalReportAsync();

        Assert.That(hers.Reason, Is.EqualTo(RelayedReason.RelayOnly));
        Assert.That(hers.Local, Is.Empty);
        Assert.That(his.Reason, Is.EqualTo(RelayedReason.PeerTellsNothing));
        Assert.That((await alice.GetNatReportAsync()).Explanation, Does.Contain("RelayOnly"));
    }, hers => hers.RelayOnly = true);

    [Test]
    public void What_was_tried_is_counted_for_each_address_while_nothing_answers() => Run(NatKind.Symmetric, NatKind.PortRestricted, async (world, alice, bob) =>
    {
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        Assert.That((await session.GetTraversalReportAsync()).Reason, Is.Not.EqualTo(RelayedReason.NoAnswer), "nothing was tried yet");
        await world.PassAsync(8);
        TraversalReport report = await session.GetTraversalReportAsync();

        Assert.That(report.Path.Kind, Is.EqualTo(PathKind.Relayed));
        Assert.That(report.Attempts, Is.GreaterThanOrEqualTo(3));
        Assert.That(report.Outlook, Is.EqualTo(new PairOutlook(PairPlan.Unforeseeable, AddressFamily.InterNetwork)));
        Assert.That(report.Explanation, Does.StartWith("Relayed because the NAT here takes another port for each destination (symmetric), and the peer's lets in"));
        Assert.That(report.Tried.Select(tried => tried.Candidate), Is.EqualTo(report.Remote));
        Assert.That(report.Tried, Has.All.Matches<ProbedAddress>(tried => tried is { Probes: > 10, IsInUse: false }));
    });

    [Test]
    public void Each_side_learns_what_the_others_NAT_does() => Run(NatKind.PortRestricted, NatKind.PortRestricted, async (world, alice, bob) =>
    {
        await alice.DiagnoseAsync();
        await bob.DiagnoseAsync();
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.UntilDirectAsync(session);
        TraversalReport report = await session.GetTraversalReportAsync();

        Candidate[] seen = [report.Local.Single(candidate => candidate.Kind == CandidateKind.ServerReflexive), report.Remote.Single(candidate => candidate.Kind == CandidateKind.ServerReflexive)];
        Assert.That(seen, Has.All.Matches<Candidate>(candidate =>
            candidate is { Mapping: MappingBehaviour.EndpointIndependent, Filtering: FilteringBehaviour.AddressAndPortDependent }));
        Assert.That(report.Outlook.Plan, Is.EqualTo(PairPlan.SimultaneousOpen));
        Assert.That((await alice.GetNatReportAsync()).Families[0].Behaviour!.CommonName, Is.EqualTo("port-restricted NAT"));
    });

    [Test]
    public void A_report_of_an_agent_that_was_disposed_is_an_error_and_not_a_wait() => Run(NatKind.Open, NatKind.Open, async (_, alice, bob) =>
    {
        AntsSession session = await alice.ConnectAsync(bob.Id);
        await alice.DisposeAsync();
        Assert.That(async () => await session.GetTraversalReportAsync(), Throws.TypeOf<AntsException>().With.Property("Error").EqualTo(AntsError.Closed));
        Assert.That(async () => await alice.DiagnoseAsync(), Throws.TypeOf<ObjectDisposedException>());
    });

    private static void Run(NatKind hers, NatKind his, Func<AgentWorld, AntsAgent, AntsAgent, Task> story, Action<AntsOptions>? configure = null)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(hers, "alice"), b = world.AddHost(his, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, configure);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await story(world, alice, bob);
        }, TimeSpan.FromMinutes(2));
    }
}
