using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Behaviour;

/// <summary>What is found is what the simulated NAT was made to do, as far as the servers can tell.</summary>
public sealed class BehaviourDiscoveryTests
{
    private static readonly NatMapping[] s_mappings = Enum.GetValues<NatMapping>();
    private static readonly NatFiltering[] s_filterings = Enum.GetValues<NatFiltering>();

    [Test]
    public void A_server_with_two_addresses_shows_every_mapping_and_filtering(
        [ValueSource(nameof(s_mappings))] NatMapping mapping, [ValueSource(nameof(s_filterings))] NatFiltering filtering)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Mapping = mapping, Filtering = filtering }, FullStunServer.Add(network, 2, 2));
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((Named(mapping), true)));
        Assert.That((found.Filtering, found.IsFilteringExact), Is.EqualTo((Named(filtering), true)));
    }

    [TestCase(NatMapping.EndpointIndependent, MappingBehaviour.EndpointIndependent, false)]
    [TestCase(NatMapping.AddressDependent, MappingBehaviour.EndpointIndependent, false)]
    [TestCase(NatMapping.AddressAndPortDependent, MappingBehaviour.AddressAndPortDependent, true)]
    public void One_address_with_two_ports_shows_what_depends_on_ports(NatMapping mapping, MappingBehaviour expected, bool isExact)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Mapping = mapping }, FullStunServer.Add(network, 1, 2));
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((expected, isExact)));
    }

    [TestCase(NatFiltering.EndpointIndependent, FilteringBehaviour.EndpointIndependent, false)]
    [TestCase(NatFiltering.AddressDependent, FilteringBehaviour.EndpointIndependent, false)]
    [TestCase(NatFiltering.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent, true)]
    public void One_address_with_two_ports_shows_whether_ports_are_filtered(NatFiltering filtering, FilteringBehaviour expected, bool isExact)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Filtering = filtering }, FullStunServer.Add(network, 1, 2));
        Assert.That((found.Filtering, found.IsFilteringExact), Is.EqualTo((expected, isExact)));
    }

    [Test]
    public void Two_such_servers_show_every_mapping([ValueSource(nameof(s_mappings))] NatMapping mapping)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Mapping = mapping }, FullStunServer.Add(network, 1, 2), FullStunServer.Add(network, 1, 2));
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((Named(mapping), true)));
    }

    [TestCase(NatMapping.EndpointIndependent, MappingBehaviour.EndpointIndependent, true)]
    [TestCase(NatMapping.AddressDependent, MappingBehaviour.AddressDependent, false)]
    [TestCase(NatMapping.AddressAndPortDependent, MappingBehaviour.AddressDependent, false)]
    public void Two_basic_servers_show_whether_the_mapping_depends_on_the_destination(NatMapping mapping, MappingBehaviour expected, bool isExact)
    {
        using SimulatedNetwork network = new();
        FullStunServer one = FullStunServer.Add(network, 1, 1), other = FullStunServer.Add(network, 1, 1);
        NatBehaviour found = Discover(network, new NatKind { Mapping = mapping }, one, other);
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((expected, isExact)));
        Assert.That(found.Filtering, Is.EqualTo(FilteringBehaviour.Unknown));
    }

    [Test]
    public void One_basic_server_shows_that_there_is_a_NAT_and_no_more()
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, NatKind.PortRestricted, FullStunServer.Add(network, 1, 1));
        Assert.That((found.Mapping, found.Filtering), Is.EqualTo((MappingBehaviour.Unknown, FilteringBehaviour.Unknown)));
        Assert.That(found.Allocation, Is.EqualTo(PortAllocation.Preserving));
    }

    [TestCase(NatMapping.EndpointIndependent, NatPortAllocation.Preserving, PortAllocation.Preserving, 0)]
    [TestCase(NatMapping.EndpointIndependent, NatPortAllocation.Sequential, PortAllocation.Sequential, 1)]
    [TestCase(NatMapping.EndpointIndependent, NatPortAllocation.Random, PortAllocation.Random, 0)]
    [TestCase(NatMapping.AddressDependent, NatPortAllocation.Sequential, PortAllocation.Sequential, 1)]
    [TestCase(NatMapping.AddressAndPortDependent, NatPortAllocation.Sequential, PortAllocation.Sequential, 1)]
    [TestCase(NatMapping.AddressAndPortDependent, NatPortAllocation.Random, PortAllocation.Random, 0)]
    public void The_port_allocation_is_told_from_the_ports_of_new_mappings(NatMapping mapping, NatPortAllocation made, PortAllocation expected, int step)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Mapping = mapping, PortAllocation = made }, FullStunServer.Add(network, 1, 2), FullStunServer.Add(network, 1, 2));
        Assert.That((found.Allocation, found.AllocationStep), Is.EqualTo((expected, step)));
    }

    [Test]
    public void Hairpinning_is_seen_whatever_the_filter(
        [ValueSource(nameof(s_filterings))] NatFiltering filtering, [Values] bool hairpins)
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, new NatKind { Filtering = filtering, Hairpinning = hairpins }, FullStunServer.Add(network, 1, 2));
        Assert.That(found.Hairpinning, Is.EqualTo(hairpins));
    }

    [Test]
    public void Whether_a_symmetric_NAT_hairpins_is_not_known()
    {
        using SimulatedNetwork network = new();
        NatBehaviour found = Discover(network, NatKind.Symmetric, FullStunServer.Add(network, 1, 2));
        Assert.That(found.Hairpinning, Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_host_with_a_public_address_has_no_NAT_and_no_filter(bool ipv6)
    {
        using SimulatedNetwork network = new();
        SimulatedHost host = network.AddHost(ipv6: ipv6);
        NatBehaviour found = ScriptRun.Discover(host, FullStunServer.Add(network, 2, 2, ipv6).Main)!;
        Assert.That((found.Mapping, found.IsMappingExact), Is.EqualTo((MappingBehaviour.NoNat, true)));
        Assert.That((found.Filtering, found.IsFilteringExact), Is.EqualTo((FilteringBehaviour.EndpointIndependent, true)));
        Assert.That((found.Allocation, found.Hairpinning), Is.EqualTo((PortAllocation.Unknown, (bool?)null)));
        Assert.That(found.ExternalAddresses, Is.EqualTo(new[] { host.Addresses[^1] }));
    }

    [Test]
    public void A_firewall_of_IPv6_translates_nothing_and_filters()
    {
        using SimulatedNetwork network = new();
        SimulatedHost host = network.AddHost(network.AddNat(NatKind.PortRestricted), ipv6: true);
        NatBehaviour found = ScriptRun.Discover(host, FullStunServer.Add(network, 2, 2, ipv6: true).Main)!;
        Assert.That(found.Family, Is.EqualTo(AddressFamily.InterNetworkV6));
        Assert.That((found.Mapping, found.Filtering), Is.EqualTo((MappingBehaviour.NoNat, FilteringBehaviour.AddressAndPortDependent)));
    }

    [Test]
    public void Two_NATs_are_as_strict_as_the_stricter_one()
    {
        using SimulatedNetwork network = new();
        SimulatedNat carrier = network.AddNat(NatKind.Symmetric);
        SimulatedHost host = network.AddHost(network.AddNat(NatKind.FullCone, carrier));
        NatBehaviour found = ScriptRun.Discover(host, FullStunServer.Add(network, 2, 2).Main)!;
        Assert.That((found.Mapping, found.Filtering), Is.EqualTo((MappingBehaviour.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent)));
        Assert.That(found.ExternalAddresses, Is.EqualTo(new[] { carrier.PublicAddress }));
    }

    [Test]
    public void Servers_that_are_silent_are_passed_over_and_with_none_nothing_is_known()
    {
        using SimulatedNetwork network = new();
        SimulatedHost host = network.AddHost(NatKind.PortRestricted), silent = network.AddHost();
        IPEndPoint nobody = new(silent.Addresses[0], 3478);
        Assert.That(ScriptRun.Discover(host, nobody), Is.Null);
        Assert.That(ScriptRun.Discover(host, nobody, FullStunServer.Add(network, 2, 2).Main)!.Mapping, Is.EqualTo(MappingBehaviour.EndpointIndependent));
    }

    [Test]
    public void Loss_does_not_change_what_is_found([Range(1, 20)] int seed)
    {
        using SimulatedNetwork network = new(seed);
        network.Loss = 0.1;
        NatBehaviour found = Discover(network, NatKind.AddressRestricted, FullStunServer.Add(network, 2, 2));
        Assert.That((found.Mapping, found.Filtering, found.Allocation),
            Is.EqualTo((MappingBehaviour.EndpointIndependent, FilteringBehaviour.AddressDependent, PortAllocation.Preserving)));
    }

    [TestCase("10.9.9.9:3479")]
    [TestCase("192.168.1.1:80")]
    [TestCase("127.0.0.1:3479")]
    [TestCase("224.0.0.1:3479")]
    [TestCase("255.255.255.255:3479")]
    [TestCase("169.254.169.254:80")]
    [TestCase("198.51.100.1:0")]
    [TestCase("[2001:db8::99]:3479")]
    public void An_other_address_that_cannot_be_one_is_sent_nothing(string told)
    {
        using SimulatedNetwork network = new();
        FullStunServer liar = FullStunServer.Add(network, 1, 1);
        liar.ToldOther = IPEndPoint.Parse(told);
        SimulatedHost host = network.AddHost(NatKind.PortRestricted);
        HashSet<IPEndPoint> sentTo = [];
        network.Trace = (DatagramStep step, DropReason _, in SimulatedDatagram datagram) => sentTo.Add(step == DatagramStep.Sent ? datagram.Destination : liar.Main);
        ScriptRun.Discover(host, liar.Main);
        Assert.That(sentTo, Does.Not.Contain(IPEndPoint.Parse(told)));
    }

    [TestCase("10.0.0.1:53")]
    [TestCase("192.168.1.1:80")]
    [TestCase("0.0.0.0:80")]
    [TestCase("255.255.255.255:80")]
    [TestCase("198.51.100.9:0")]
    public void A_mapped_address_that_cannot_be_one_is_sent_nothing(string told)
    {
        using SimulatedNetwork network = new();
        FullStunServer liar = FullStunServer.Add(network, 1, 1);
        liar.ToldMapped = IPEndPoint.Parse(told);
        liar.ToldOther = liar.Main;
        SimulatedHost host = network.AddHost(NatKind.PortRestricted);
        HashSet<IPEndPoint> sentTo = [];
        network.Trace = (DatagramStep step, DropReason _, in SimulatedDatagram datagram) => sentTo.Add(step == DatagramStep.Sent ? datagram.Destination : liar.Main);
        ScriptRun.Discover(host, liar.Main);
        Assert.That(sentTo, Does.Not.Contain(IPEndPoint.Parse(told)));
    }

    [Test]
    public void A_lying_server_gets_a_bounded_number_of_datagrams_sent_to_a_stranger()
    {
        using SimulatedNetwork network = new();
        FullStunServer liar = FullStunServer.Add(network, 1, 1);
        SimulatedHost victim = network.AddHost(name: "victim");
        int received = 0;
        victim.Bind(80, (_, _, _) => received++);
        liar.ToldMapped = new IPEndPoint(victim.Addresses[0], 80);
        liar.ToldOther = new IPEndPoint(victim.Addresses[0], 80);
        ScriptRun.Discover(network.AddHost(NatKind.PortRestricted), liar.Main);
        TestContext.Out.WriteLine($"{received} datagrams of at most {StunScript.MostRequestLength} bytes");
        Assert.That(received, Is.InRange(1, 12));
    }

    private static NatBehaviour Discover(SimulatedNetwork network, NatKind kind, params FullStunServer[] servers)
    {
        SimulatedHost host = network.AddHost(kind);
        NatBehaviour found = ScriptRun.Discover(host, [.. servers.Select(server => server.Main)])!;
        Assert.That(found.Family, Is.EqualTo(AddressFamily.InterNetwork));
        Assert.That(found.ExternalAddresses, Is.EqualTo(new[] { host.Nat!.PublicAddress }));
        return found;
    }

    private static MappingBehaviour Named(NatMapping mapping) => mapping switch
    {
        NatMapping.EndpointIndependent => MappingBehaviour.EndpointIndependent,
        NatMapping.AddressDependent => MappingBehaviour.AddressDependent,
        _ => MappingBehaviour.AddressAndPortDependent,
    };

    private static FilteringBehaviour Named(NatFiltering filtering) => filtering switch
    {
        NatFiltering.EndpointIndependent => FilteringBehaviour.EndpointIndependent,
        NatFiltering.AddressDependent => FilteringBehaviour.AddressDependent,
        _ => FilteringBehaviour.AddressAndPortDependent,
    };
}
