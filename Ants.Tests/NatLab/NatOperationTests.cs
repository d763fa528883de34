using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>What can be done to a NAT of the lab while it runs.</summary>
internal sealed class NatOperationTests : LabFixture
{
    [TestCase(LabNatBehaviour.Open, LabNatBehaviour.Open)]
    [TestCase(LabNatBehaviour.PortRestricted, LabNatBehaviour.PortRestricted)]
    [TestCase(LabNatBehaviour.FullCone, LabNatBehaviour.PortRestricted)]
    public async Task A_cut_stops_the_direct_path_but_not_the_relay_until_it_is_restored(LabNatBehaviour behaviourA, LabNatBehaviour behaviourB)
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost relayHost = await lab.AddPublicHostAsync("relay");
        LabNat natA = await lab.AddNatAsync("nat-a", behaviourA);
        LabNat natB = await lab.AddNatAsync("nat-b", behaviourB);
        await using LabSocket relay = await LabSocket.OpenAsync(relayHost, 443);
        await using LabSocket a = await LabSocket.OpenAsync(await natA.AddHostAsync("a"), 41_000);
        await using LabSocket b = await LabSocket.OpenAsync(await natB.AddHostAsync("b"), 42_000);
        IPEndPoint mappedA = await a.SendToAsync(relay);
        IPEndPoint mappedB = await b.SendToAsync(relay);
        await PunchAsync(natB, a, mappedA, b, mappedB);

        await natA.CutAsync(relayHost);
        await AssertBlockedAsync(natA, a, mappedB);
        await AssertBlockedAsync(natA, b, mappedA);
        await a.SendToAsync(relay, text: "to the relay");
        await relay.SendToAsync(a, at: mappedA, "from the relay");

        await natA.RestoreAsync();
        await PunchAsync(natB, a, mappedA, b, mappedB);
    }

    [TestCase(LabNatBehaviour.Open)]
    [TestCase(LabNatBehaviour.Symmetric)]
    public async Task Blocked_udp_passes_nobody_until_it_is_restored(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 443);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), AnyPort);
        IPEndPoint mapped = await inside.SendToAsync(server);

        await nat.BlockUdpAsync();
        await AssertBlockedAsync(nat, inside, server.Local);
        await AssertBlockedAsync(nat, server, mapped);

        await nat.RestoreAsync();
        await server.SendToAsync(inside, at: mapped, "open again");
    }

    [TestCase(LabNatBehaviour.FullCone, true)]
    [TestCase(LabNatBehaviour.AddressRestricted, true)]
    [TestCase(LabNatBehaviour.PortRestricted, true)]
    [TestCase(LabNatBehaviour.Symmetric, false)]
    [TestCase(LabNatBehaviour.PortForwarded, false)]
    public async Task A_nat_that_forgets_hands_out_another_port_and_the_old_one_is_dead(LabNatBehaviour behaviour, bool endpointIndependent)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 3478);
        await using LabSocket other = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("t"), 3478);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        IPEndPoint mapped = await inside.SendToAsync(server);

        for (int i = 0; i < 3; i++)
        {
            await nat.ForgetMappingsAsync();
            await AssertRefusedAsync(nat, server, mapped);
            IPEndPoint next = await inside.SendToAsync(server);

            Assert.That(next.Port, Is.Not.EqualTo(mapped.Port));
            Assert.That((await inside.SendToAsync(other)).Equals(next), Is.EqualTo(endpointIndependent));
            await server.SendToAsync(inside, at: next, "to the new port");
            mapped = next;
        }
    }

    [TestCase(LabNatBehaviour.PortRestricted)]
    [TestCase(LabNatBehaviour.Symmetric)]
    public async Task A_nat_that_moves_is_seen_at_its_new_address(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", behaviour);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 3478);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);
        IPEndPoint before = await inside.SendToAsync(server);

        IPAddress moved = await nat.ChangePublicAddressAsync();
        IPEndPoint after = await inside.SendToAsync(server);

        Assert.Multiple(() =>
        {
            Assert.That(moved, Is.Not.EqualTo(before.Address));
            Assert.That(nat.PublicAddress, Is.EqualTo(moved));
            Assert.That(after.Address, Is.EqualTo(moved));
        });
        await server.SendToAsync(inside, at: after, "the answer");
    }

    [Test]
    public async Task An_open_nat_refuses_what_needs_a_mapping()
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat open = await lab.AddNatAsync("nat-a", LabNatBehaviour.Open);

        Assert.ThrowsAsync<InvalidOperationException>(open.ForgetMappingsAsync);
        Assert.ThrowsAsync<InvalidOperationException>(open.ChangePublicAddressAsync);
    }

    private static async Task PunchAsync(LabNat natB, LabSocket a, IPEndPoint mappedA, LabSocket b, IPEndPoint mappedB)
    {
        LabNatCounters before = await natB.ReadCountersAsync();
        await a.SendAsync(mappedB, "opens the way");
        await EventuallyAsync(
            async () => await natB.ReadCountersAsync() is var now && (now.Refused > before.Refused || now.Inbound > before.Inbound),
            "the first packet has come to the other side");
        if ((await natB.ReadCountersAsync()).Inbound > before.Inbound)
        {
            Assert.That((await b.ReceiveAsync()).Text, Is.EqualTo("opens the way"));
        }

        Assert.That(await b.SendToAsync(a, at: mappedA, "comes by it"), Is.EqualTo(mappedB));
        Assert.That(await a.SendToAsync(b, at: mappedB, "goes by it"), Is.EqualTo(mappedA));
    }

    private static async Task AssertBlockedAsync(LabNat nat, LabSocket from, IPEndPoint to)
    {
        long before = (await nat.ReadCountersAsync()).Blocked;
        await from.SendAsync(to, "blocked");
        await EventuallyAsync(async () => (await nat.ReadCountersAsync()).Blocked == before + 1, $"{nat.Name} blocks what comes from {from.Local}");
    }
}
