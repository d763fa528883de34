using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>The lab's NATs filter as RFC 4787 section 5 names it.</summary>
internal sealed class NatFilteringTests : LabFixture
{
    [TestCase(LabNatBehaviour.Open, true, true)]
    [TestCase(LabNatBehaviour.FullCone, true, true)]
    [TestCase(LabNatBehaviour.AddressRestricted, true, false)]
    [TestCase(LabNatBehaviour.PortRestricted, false, false)]
    [TestCase(LabNatBehaviour.Symmetric, false, false)]
    [TestCase(LabNatBehaviour.SequentialSymmetric, false, false)]
    [TestCase(LabNatBehaviour.PortForwarded, false, false)]
    public async Task A_mapping_admits_whom_its_behaviour_admits(LabNatBehaviour behaviour, bool sameAddress, bool anyAddress)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        LabHost contacted = await lab.AddPublicHostAsync("contacted");
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        await using LabSocket server = await LabSocket.OpenAsync(contacted, 3478);
        await using LabSocket otherPort = await LabSocket.OpenAsync(contacted, 3479);
        await using LabSocket otherAddress = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("stranger"), 3478);

        IPEndPoint mapped = await inside.SendToAsync(server);

        await server.SendToAsync(inside, at: mapped, "the answer");
        await AssertAdmittedAsync(nat, otherPort, inside, mapped, sameAddress);
        await AssertAdmittedAsync(nat, otherAddress, inside, mapped, anyAddress);
    }

    [TestCase(LabNatBehaviour.FullCone)]
    [TestCase(LabNatBehaviour.AddressRestricted)]
    [TestCase(LabNatBehaviour.PortRestricted)]
    [TestCase(LabNatBehaviour.Symmetric)]
    [TestCase(LabNatBehaviour.SequentialSymmetric)]
    [TestCase(LabNatBehaviour.PortForwarded)]
    public async Task Nobody_is_admitted_before_the_host_has_sent(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        await using LabSocket stranger = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("stranger"), 3478);

        await AssertRefusedAsync(nat, stranger, new IPEndPoint(nat.PublicAddress, 41_000));
    }

    [Test]
    public async Task A_full_cone_answers_a_stranger_from_the_mapping_it_came_by()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.FullCone);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 3478);
        await using LabSocket stranger = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("t"), 3478);

        IPEndPoint mapped = await inside.SendToAsync(server);
        IPEndPoint source = await stranger.SendToAsync(inside, at: mapped);

        Assert.That(source, Is.EqualTo(stranger.Local));
        Assert.That(await inside.SendToAsync(stranger), Is.EqualTo(mapped));
    }

    [TestCase(LabNatBehaviour.PortRestricted)]
    [TestCase(LabNatBehaviour.AddressRestricted)]
    [TestCase(LabNatBehaviour.FullCone)]
    public async Task Packets_that_come_too_early_do_not_take_the_port_of_the_mapping_made_after_them(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        await using LabSocket peer = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("peer"), 42_000);
        IPEndPoint expected = new(nat.PublicAddress, 41_000);

        for (int i = 0; i < 3; i++)
        {
            await AssertRefusedAsync(nat, peer, expected);
        }

        Assert.That(await inside.SendToAsync(peer), Is.EqualTo(expected));
        await peer.SendToAsync(inside, at: expected, "now it passes");
    }

    [Test]
    public async Task Two_port_restricted_nats_are_punched_by_sending_from_both_sides()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat natA = await lab.AddNatAsync("nat-a", LabNatBehaviour.PortRestricted);
        LabNat natB = await lab.AddNatAsync("nat-b", LabNatBehaviour.PortRestricted);
        await using LabSocket a = await LabSocket.OpenAsync(await natA.AddHostAsync("a"), 41_000);
        await using LabSocket b = await LabSocket.OpenAsync(await natB.AddHostAsync("b"), 42_000);
        IPEndPoint mappedA = new(natA.PublicAddress, 41_000);
        IPEndPoint mappedB = new(natB.PublicAddress, 42_000);

        await AssertRefusedAsync(natB, a, mappedB);

        Assert.That(await b.SendToAsync(a, at: mappedA), Is.EqualTo(mappedB));
        Assert.That(await a.SendToAsync(b, at: mappedB), Is.EqualTo(mappedA));
    }

    [TestCase(LabNatBehaviour.PortForwarded)]
    [TestCase(LabNatBehaviour.PortRestricted)]
    public async Task A_forwarded_port_admits_anyone_and_answers_from_it(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        LabHost host = await nat.AddHostAsync("a");
        await using LabSocket inside = await LabSocket.OpenAsync(host, 41_000);
        await using LabSocket stranger = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("stranger"), 3478);
        await nat.ForwardPortAsync(5_000, host, 41_000);
        IPEndPoint forwarded = new(nat.PublicAddress, 5_000);

        Assert.That(await stranger.SendToAsync(inside, at: forwarded), Is.EqualTo(stranger.Local));
        Assert.That(await inside.SendToAsync(stranger), Is.EqualTo(forwarded));
    }

    private static async Task AssertAdmittedAsync(LabNat nat, LabSocket from, LabSocket inside, IPEndPoint mapped, bool admitted)
    {
        if (admitted)
        {
            Assert.That(await from.SendToAsync(inside, at: mapped), Is.EqualTo(from.Local));
        }
        else
        {
            await AssertRefusedAsync(nat, from, mapped);
        }
    }
}
