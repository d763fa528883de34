using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

/// <summary>
/// The nine behaviours of RFC 4787, each checked against what its text says about one host behind the NAT and three
/// remotes before it:
/// <code>
///                          +-- server          (port S)
///   alice --- [NAT] -------+-- server, second port (S')
///                          +-- stranger        (another address)
/// </code>
/// </summary>
public sealed class NatMatrixTests
{
    private static readonly NatMapping[] s_mappings = Enum.GetValues<NatMapping>();
    private static readonly NatFiltering[] s_filterings = Enum.GetValues<NatFiltering>();

    [Test]
    public void Mapping_decides_which_remotes_see_the_same_port(
        [ValueSource(nameof(s_mappings))] NatMapping mapping,
        [ValueSource(nameof(s_filterings))] NatFiltering filtering)
    {
        using Scene scene = new(mapping, filtering);
        IPEndPoint atServer = scene.Mapped(scene.Server);
        IPEndPoint atSecondPort = scene.Mapped(scene.SecondPort);
        IPEndPoint atStranger = scene.Mapped(scene.Stranger);

        // RFC 4787 section 4.1.
        Assert.That(atSecondPort.Equals(atServer), Is.EqualTo(mapping != NatMapping.AddressAndPortDependent));
        Assert.That(atStranger.Equals(atServer), Is.EqualTo(mapping == NatMapping.EndpointIndependent));
        Assert.That(scene.Mapped(scene.Server), Is.EqualTo(atServer), "the same remote sees the same port again");
    }

    [Test]
    public void Filtering_decides_who_gets_in_through_a_mapping(
        [ValueSource(nameof(s_mappings))] NatMapping mapping,
        [ValueSource(nameof(s_filterings))] NatFiltering filtering)
    {
        using Scene scene = new(mapping, filtering);
        IPEndPoint mapped = scene.Mapped(scene.Server);

        // RFC 4787 section 5: only the server's first port was sent to.
        Assert.That(scene.Server.Reaches(scene.Alice, mapped), Is.True);
        Assert.That(
            scene.SecondPort.Reaches(scene.Alice, mapped),
            Is.EqualTo(filtering != NatFiltering.AddressAndPortDependent));
        Assert.That(
            scene.Stranger.Reaches(scene.Alice, mapped),
            Is.EqualTo(filtering == NatFiltering.EndpointIndependent));
    }

    [Test]
    public void Sending_to_a_remote_opens_the_first_mapping_to_it_only_if_it_is_shared(
        [ValueSource(nameof(s_mappings))] NatMapping mapping,
        [ValueSource(nameof(s_filterings))] NatFiltering filtering)
    {
        using Scene scene = new(mapping, filtering);
        IPEndPoint mapped = scene.Mapped(scene.Server);
        scene.Alice.Reaches(scene.Stranger, scene.Stranger.EndPoint);

        bool isOpen = mapping == NatMapping.EndpointIndependent || filtering == NatFiltering.EndpointIndependent;
        Assert.That(scene.Stranger.Reaches(scene.Alice, mapped), Is.EqualTo(isOpen));
    }

    [Test]
    public void Nothing_comes_in_unasked(
        [ValueSource(nameof(s_mappings))] NatMapping mapping,
        [ValueSource(nameof(s_filterings))] NatFiltering filtering)
    {
        using Scene scene = new(mapping, filtering);

        Assert.That(scene.Stranger.Reaches(scene.Alice, new IPEndPoint(scene.Nat.PublicAddress, scene.Alice.Port)), Is.False);
        Assert.That(scene.World.Counters.DroppedFor(DropReason.NatUnmapped), Is.EqualTo(1));
    }

    private sealed class Scene : IDisposable
    {
        public Scene(NatMapping mapping, NatFiltering filtering)
        {
            World = new SimulatedNetwork(seed: 1);
            Nat = World.AddNat(mapping, filtering);
            Alice = new Ear(World.AddHost(Nat));
            SimulatedHost server = World.AddHost();
            Server = new Ear(server);
            SecondPort = new Ear(server);
            Stranger = new Ear(World.AddHost());
        }

        public SimulatedNetwork World { get; }

        public SimulatedNat Nat { get; }

        public Ear Alice { get; }

        public Ear Server { get; }

        public Ear SecondPort { get; }

        public Ear Stranger { get; }

        /// <summary>Alice's external end point as a remote sees it.</summary>
        public IPEndPoint Mapped(Ear remote)
        {
            Assert.That(Alice.Reaches(remote, remote.EndPoint), Is.True);
            return remote.LastSource;
        }

        public void Dispose() => World.Dispose();
    }
}
