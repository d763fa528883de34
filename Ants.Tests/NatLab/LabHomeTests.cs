using System.Globalization;
using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// The homes that are more than one NAT with a behaviour are what their kinds say:
/// <code>
///   servers - public network - [carrier's NAT] - home's NAT, or its IPv6 firewall - host, host
/// </code>
/// </summary>
internal sealed class LabHomeTests : LabFixture
{
    // The hosts' port, and the servers'.
    private const int Inside = 41_000, Server = 3478;

    [Test]
    public async Task Behind_a_port_restricted_carrier_everyone_sees_the_carrier_s_address_and_one_port_that_filters_by_port()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, LabHomeKind.Carrier, "home", "a");
        LabNat carrier = home.Nat.Options.Behind!;
        LabHost contacted = await lab.AddPublicHostAsync("contacted");
        await using LabSocket inside = await LabSocket.OpenAsync(home.Host, Inside);
        await using LabSocket server = await LabSocket.OpenAsync(contacted, Server);
        await using LabSocket otherPort = await LabSocket.OpenAsync(contacted, Server + 1);

        IPEndPoint mapped = await inside.SendToAsync(server);

        Assert.That(home.Nat.PublicAddress, Is.EqualTo(IPAddress.Parse("100.64.1.10")), "between the two is a network of the carrier's");
        Assert.That(mapped, Is.EqualTo(new IPEndPoint(carrier.PublicAddress, Inside)));
        Assert.That(home.Host.PublicAddress, Is.EqualTo(mapped.Address));
        await server.SendToAsync(inside, at: mapped, "the answer");
        await AssertRefusedAsync(carrier, otherPort, mapped);
        Assert.That(await inside.SendToAsync(otherPort), Is.EqualTo(mapped), "both map independently of the endpoint");
        await otherPort.SendToAsync(inside, at: mapped, "now it passes");
    }

    [Test]
    public async Task Behind_a_symmetric_carrier_every_server_sees_another_port()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, LabHomeKind.SymmetricCarrier, "home", "a");
        LabNat carrier = home.Nat.Options.Behind!;
        await using LabSocket inside = await LabSocket.OpenAsync(home.Host, Inside);
        await using LabSocket one = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("one"), Server);
        await using LabSocket other = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("other"), Server);

        IPEndPoint seenByOne = await inside.SendToAsync(one), seenByOther = await inside.SendToAsync(other);

        // Ports are random: the two are the same once in thirty thousand runs.
        Assert.That(seenByOther.Port, Is.Not.EqualTo(seenByOne.Port));
        Assert.That(new[] { seenByOne.Address, seenByOther.Address }, Is.All.EqualTo(carrier.PublicAddress));
        await one.SendToAsync(inside, at: seenByOne, "the answer");
        await AssertRefusedAsync(carrier, other, seenByOne);
    }

    [Test]
    public async Task Two_homes_of_one_carrier_that_hairpins_see_each_other_s_public_ports()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, LabHomeKind.SharedCarrier, "home", "a");
        LabHome other = await home.AddOtherAsync(lab, "home-b", "b");
        await using LabSocket a = await LabSocket.OpenAsync(home.Host, Inside);
        await using LabSocket b = await LabSocket.OpenAsync(other.Host, Inside + 1);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), Server);
        IPEndPoint mappedA = await a.SendToAsync(server), mappedB = await b.SendToAsync(server);

        Assert.That(mappedB.Address, Is.EqualTo(mappedA.Address), "they have one public address");
        await AssertRefusedAsync(other.Nat, a, mappedB);

        Assert.That(await b.SendToAsync(a, at: mappedA, "as from outside"), Is.EqualTo(mappedB));
        Assert.That(await a.SendToAsync(b, at: mappedB, "back the same way"), Is.EqualTo(mappedA));
    }

    [Test]
    public async Task An_IPv6_firewall_translates_nothing_and_lets_in_only_whom_the_host_has_sent_to()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome homeA = await LabHome.BuildAsync(lab, LabHomeKind.IPv6Firewall, "home-a", "a");
        await using LabHome homeB = await LabHome.BuildAsync(lab, LabHomeKind.IPv6Firewall, "home-b", "b");
        await using LabSocket a = await LabSocket.Open6Async(homeA.Host, Inside);
        await using LabSocket b = await LabSocket.Open6Async(homeB.Host, Inside + 1);
        await using LabSocket stranger = await LabSocket.Open6Async(homeB.Host, Inside + 2);

        await AssertRefusedAsync(homeB.Nat, a, b.Local);

        Assert.That(await b.SendToAsync(a, text: "what a sent has opened its own firewall"), Is.EqualTo(b.Local), "nothing is translated");
        Assert.That(await a.SendToAsync(b), Is.EqualTo(a.Local), "what came too early has left nothing behind");
        await AssertRefusedAsync(homeA.Nat, stranger, a.Local);
    }

    [Test]
    public async Task A_cut_stops_IPv6_too()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome homeA = await LabHome.BuildAsync(lab, LabHomeKind.IPv6Firewall, "home-a", "a");
        await using LabHome homeB = await LabHome.BuildAsync(lab, LabHomeKind.IPv6Firewall, "home-b", "b");
        await using LabSocket a = await LabSocket.Open6Async(homeA.Host, Inside);
        await using LabSocket b = await LabSocket.Open6Async(homeB.Host, Inside);
        await AssertRefusedAsync(homeB.Nat, a, b.Local);

        await homeA.Nat.CutAsync();
        await b.SendAsync(a.Local, "blocked");
        await EventuallyAsync(async () => (await homeA.Nat.ReadCountersAsync()).Blocked == 1, "the firewall drops it");

        await homeA.Nat.RestoreAsync();
        await b.SendToAsync(a, text: "now it passes");
    }

    [Test]
    public async Task Two_hosts_of_one_LAN_reach_each_other_there_and_not_by_their_public_address()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, LabHomeKind.SameLan, "home", "a");
        LabHome second = await home.AddOtherAsync(lab, "nat-b", "b");
        await using LabSocket a = await LabSocket.OpenAsync(home.Host, Inside);
        await using LabSocket b = await LabSocket.OpenAsync(second.Host, Inside + 1);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), Server);

        Assert.That(await a.SendToAsync(b), Is.EqualTo(a.Local), "one segment, no router between them");
        IPEndPoint mapped = await b.SendToAsync(server);
        await server.SendToAsync(b, at: mapped, "the answer");
        await AssertRefusedAsync(home.Nat, a, mapped);
    }

    [Test]
    public async Task A_short_lived_mapping_has_twenty_seconds_answered_or_not()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabHome home = await LabHome.BuildAsync(lab, LabHomeKind.ShortLived, "home", "a");
        await using LabSocket inside = await LabSocket.OpenAsync(home.Host, Inside);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), Server);

        IPEndPoint mapped = await inside.SendToAsync(server);
        Assert.That(await SecondsLeftAsync(home.Nat), Is.InRange(15, 20), "unanswered: Linux itself gives 30");

        await server.SendToAsync(inside, at: mapped, "the answer");
        await inside.SendToAsync(server);
        Assert.That(await SecondsLeftAsync(home.Nat), Is.InRange(15, 20), "answered: Linux itself gives 120, after two seconds");
    }

    [TestCase(LabNatBehaviour.PortRestricted)]
    [TestCase(LabNatBehaviour.FullCone)]
    public async Task A_mapping_is_gone_when_its_lifetime_has_passed(LabNatBehaviour behaviour)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat nat = await lab.AddNatAsync("nat-a", new LabNatOptions(behaviour) { MappingLifetime = TimeSpan.FromSeconds(1) });
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), Inside);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), Server);

        IPEndPoint mapped = await inside.SendToAsync(server);
        await server.SendToAsync(inside, at: mapped, "the answer");
        await EventuallyAsync(async () => await SecondsLeftAsync(nat) is null, "the mapping has ended");

        await AssertRefusedAsync(nat, server, mapped);
    }

    [Test]
    public async Task Every_kind_has_a_name_and_is_built_by_it()
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabProxy proxy = await LabProxy.StartAsync(await lab.AddPublicHostAsync("proxy"), CancellationToken.None);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), Server);

        foreach (LabHomeKind kind in Enum.GetValues<LabHomeKind>())
        {
            Assert.That(LabHomeKinds.TryParse(kind.ToName(), out LabHomeKind parsed, out _) && parsed == kind, kind.ToString());
            await using LabHome home = await WithMiniupnpdAsync(() => LabHome.BuildAsync(lab, kind, $"nat-{kind}", $"host-{kind}", proxy));
            if (kind.HasUdp())
            {
                await using LabSocket inside = await LabSocket.OpenAsync(home.Host, Inside);
                Assert.That((await inside.SendToAsync(server)).Address, Is.EqualTo(home.Host.PublicAddress), kind.ToString());
            }
        }
    }

    // Of the one mapping that there is: "udp 17 SECONDS src=..." (conntrack-tools); null when there is none.
    private static async Task<int?> SecondsLeftAsync(LabNat nat)
    {
        string listing = await nat.RunAsync("conntrack -L -p udp 2>/dev/null");
        string[] words = listing.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 3 ? null : int.Parse(words[2], CultureInfo.InvariantCulture);
    }
}
