using System.Net;
using Ants.Testing.Lab;
using Ants.Tests.Lab.Probe;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// What agents find out is what the kernel's NATs do, asked of one relay, of two, and of coturn. A <c>+</c> behind a word means: or more dependent,
/// or stricter, which these servers cannot rule out.
/// <code>
///   relay, relay, coturn (two addresses)
///     |
///   [carrier's NAT] - home's NAT - agent
/// </code>
/// </summary>
internal sealed class BehaviourTests : LabFixture
{
    private const int RelayPort = 4433;

    [TestCase(LabNatBehaviour.Open, "NoNat EndpointIndependent+ Unknown hairpin:?", "NoNat EndpointIndependent Unknown hairpin:?",
        "NoNat EndpointIndependent Unknown hairpin:?")]
    [TestCase(LabNatBehaviour.FullCone, "EndpointIndependent+ EndpointIndependent+ Preserving hairpin:False",
        "EndpointIndependent EndpointIndependent Preserving hairpin:False", "EndpointIndependent EndpointIndependent Preserving hairpin:False")]
    [TestCase(LabNatBehaviour.AddressRestricted, "EndpointIndependent+ EndpointIndependent+ Preserving hairpin:False",
        "EndpointIndependent AddressDependent Preserving hairpin:False", "EndpointIndependent AddressDependent Preserving hairpin:False")]
    [TestCase(LabNatBehaviour.PortRestricted, "EndpointIndependent+ AddressAndPortDependent Preserving hairpin:False",
        "EndpointIndependent AddressAndPortDependent Preserving hairpin:False", "EndpointIndependent AddressAndPortDependent Preserving hairpin:False")]
    [TestCase(LabNatBehaviour.Symmetric, "AddressAndPortDependent AddressAndPortDependent Random hairpin:?",
        "AddressAndPortDependent AddressAndPortDependent Random hairpin:?", "AddressAndPortDependent AddressAndPortDependent Random hairpin:?")]
    [TestCase(LabNatBehaviour.SequentialSymmetric, "AddressAndPortDependent AddressAndPortDependent Sequential hairpin:?",
        "AddressAndPortDependent AddressAndPortDependent Sequential hairpin:?", "AddressAndPortDependent AddressAndPortDependent Sequential hairpin:?")]
    public async Task A_NAT_is_found_to_do_what_it_was_made_to_do(LabNatBehaviour behaviour, string byOneRelay, string byTwo, string byCoturn)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("home", behaviour);
        LabHost host = await nat.AddHostAsync("a");
        await AssertFoundAsync(lab, host, host.PublicAddress, byOneRelay, byTwo, byCoturn);
    }

    [TestCase(LabHomeKind.Carrier, "EndpointIndependent AddressAndPortDependent Preserving hairpin:False")]
    [TestCase(LabHomeKind.SymmetricCarrier, "AddressAndPortDependent AddressAndPortDependent Random hairpin:?")]
    public async Task Two_NATs_are_found_as_they_act_together(LabHomeKind kind, string byCoturn)
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, kind, "home", "a");
        await using LabCoturn coturn = await LabCoturn.StartAsync(lab);
        Assert.That(await DiscoverAsync(home.Host, coturn.Server.ToString()), Does.StartWith(byCoturn).And.EndsWith($"measured {home.Host.PublicAddress}"));
    }

    [Test]
    public async Task The_lifetime_of_mappings_is_learned_across_runs()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabRelay relay = await LabRelay.StartAsync(lab, RelayPort);
        LabNat nat = await lab.AddNatAsync("home", new LabNatOptions(LabNatBehaviour.PortRestricted) { MappingLifetime = TimeSpan.FromSeconds(8) });
        LabHost host = await nat.AddHostAsync("a");
        DirectoryInfo files = Directory.CreateTempSubdirectory("ants-lab-behaviour-");
        try
        {
            // An earlier run found: it holds for five seconds, and for thirteen it does not.
            string file = System.IO.Path.Combine(files.FullName, "a.networks");
            await File.WriteAllTextAsync(file, "ants networks 1\n"
                + $"10.1.0.1 {nat.PublicAddress} EndpointIndependent False AddressAndPortDependent True Preserving 0 False 5 13 {nat.PublicAddress} 1764100000\n");
            await using LabProcess probe = await StartAsync(host, relay.Address, file);
            string first = await NextAsync(probe);
            Assert.That(first, Does.Contain("lifetime:5 remembered"), "before anything is measured");

            // Nine seconds do not hold, seven do.
            Assert.That(await NextAsync(probe), Does.Contain("lifetime:5 measured"));
            Assert.That(await NextAsync(probe), Does.Contain("lifetime:7 measured"));
            await EventuallyAsync(async () => (await File.ReadAllTextAsync(file)).Contains(" 7 9 ", StringComparison.Ordinal), "it is kept for the next run");
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static async Task AssertFoundAsync(NatLab lab, LabHost host, IPAddress external, string byOneRelay, string byTwo, string byCoturn)
    {
        await using LabRelay one = await LabRelay.StartAsync(lab, RelayPort);
        await using LabRelay other = await LabRelay.StartAsync(lab, RelayPort, "relay-2");
        await using LabCoturn coturn = await LabCoturn.StartAsync(lab);
        string[] found =
        [
            await DiscoverAsync(host, one.Address),
            await DiscoverAsync(host, one.Address, other.Address),
            await DiscoverAsync(host, coturn.Server.ToString()),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(found[0], Does.StartWith(byOneRelay), "one relay");
            Assert.That(found[1], Does.StartWith(byTwo), "two relays");
            Assert.That(found[2], Does.StartWith(byCoturn), "coturn");
            Assert.That(found, Is.All.EndsWith($"measured {external}"));
        });
    }

    private static async Task<string> DiscoverAsync(LabHost host, params string[] servers)
    {
        await using LabProcess probe = await StartAsync(host, servers);
        return await NextAsync(probe);
    }

    private static Task<LabProcess> StartAsync(LabHost host, params string[] arguments) =>
        host.StartAsync("dotnet", ["exec", typeof(BehaviourTests).Assembly.Location, BehaviourProbe.Command, .. arguments]);

    private static async Task<string> NextAsync(LabProcess probe)
    {
        // The longest silence that a test has it try takes half of this.
        using CancellationTokenSource limit = new(Patience * 2);
        string line = await probe.Output.ReadAsync(limit.Token);
        await TestContext.Out.WriteLineAsync(line);
        return line;
    }
}
