using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>The lab's NATs map as RFC 4787 section 4.1 names it.</summary>
internal sealed class NatMappingTests : LabFixture
{
    [TestCase(LabNatBehaviour.FullCone)]
    [TestCase(LabNatBehaviour.AddressRestricted)]
    [TestCase(LabNatBehaviour.PortRestricted)]
    public async Task An_endpoint_independent_nat_shows_every_server_the_same_preserved_port(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        IPEndPoint[] seen = await AskFourServersAsync(lab, nat, port: 41_000);

        Assert.That(seen, Is.All.EqualTo(new IPEndPoint(nat.PublicAddress, 41_000)));
    }

    [TestCase(LabNatBehaviour.Symmetric)]
    [TestCase(LabNatBehaviour.PortForwarded)]
    public async Task A_symmetric_nat_shows_every_server_another_port(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        IPEndPoint[] seen = await AskFourServersAsync(lab, nat, port: 41_000);

        Assert.Multiple(() =>
        {
            Assert.That(seen.Select(one => one.Address), Is.All.EqualTo(nat.PublicAddress));
            // Ports are random, so two may be equal by chance; four are not (2^-48).
            Assert.That(seen.Select(one => one.Port).Distinct().Count(), Is.GreaterThan(1));
            Assert.That(seen.Select(one => one.Port), Has.Some.Not.EqualTo(41_000));
        });
    }

    [Test]
    public async Task A_sequential_nat_gives_each_server_the_port_after_the_last_one()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.SequentialSymmetric);
        IPEndPoint[] seen = await AskFourServersAsync(lab, nat, port: 41_000);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(seen[0].Port, seen.Length).Select(port => new IPEndPoint(nat.PublicAddress, port))));
        Assert.That(seen[0].Port, Is.Not.EqualTo(41_000));
    }

    [Test]
    public async Task An_open_host_is_seen_at_its_own_address()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.Open);
        IPEndPoint[] seen = await AskFourServersAsync(lab, nat, port: 41_000);

        Assert.That(seen, Is.All.EqualTo(IPEndPoint.Parse("203.0.113.101:41000")));
    }

    [Test]
    public async Task Two_hosts_with_the_same_port_get_two_public_ports()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.FullCone);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 3478);
        await using LabSocket stranger = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("t"), 3478);
        await using LabSocket first = await LabSocket.OpenAsync(await nat.AddHostAsync("a1"), 41_000);
        await using LabSocket second = await LabSocket.OpenAsync(await nat.AddHostAsync("a2"), 41_000);

        IPEndPoint firstSeen = await first.SendToAsync(server);
        IPEndPoint secondSeen = await second.SendToAsync(server);

        Assert.That(firstSeen, Is.Not.EqualTo(secondSeen));
        await stranger.SendToAsync(second, at: secondSeen, "to the second");
        await stranger.SendToAsync(first, at: firstSeen, "to the first");
    }

    private static async Task<IPEndPoint[]> AskFourServersAsync(NatLab lab, LabNat nat, int port)
    {
        LabHost one = await lab.AddPublicHostAsync("one");
        LabHost other = await lab.AddPublicHostAsync("other");
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), port);
        List<IPEndPoint> seen = [];
        foreach ((LabHost host, int serverPort) in new[] { (one, 3478), (one, 3479), (other, 3478), (other, 3479) })
        {
            await using LabSocket server = await LabSocket.OpenAsync(host, serverPort);
            seen.Add(await inside.SendToAsync(server));
        }

        return [.. seen];
    }
}
