using System.Diagnostics;
using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// The network changes under a direct session of two Chat processes, and no address of their hosts does:
/// <code>
///          relay
///            |
///   home ----+---- cafe      far
///     \          /            |
///       alice (listens)      bob (dials)
/// </code>
/// </summary>
internal sealed class NetworkChangeTests : LabFixture
{
    private const int RelayPort = 4433;

    [Test]
    public async Task A_NAT_that_gets_another_public_address_is_followed() => await TalkAsync(joins: false, async scene =>
    {
        IPAddress old = scene.Home.PublicAddress;
        await scene.Home.ChangePublicAddressAsync();
        Assert.That(scene.Home.PublicAddress, Is.Not.EqualTo(old));
        return scene.Home.PublicAddress;
    });

    [Test]
    public async Task A_change_of_route_that_leaves_all_addresses_as_they_are_is_followed() => await TalkAsync(joins: true, async scene =>
    {
        await scene.Host.PreferAsync(scene.Home);
        return scene.Home.PublicAddress;
    });

    private static async Task TalkAsync(bool joins, Func<Scene, Task<IPAddress>> change)
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabRelay relay = await LabRelay.StartAsync(lab, RelayPort);
        LabNat home = await lab.AddNatAsync("home", LabNatBehaviour.PortRestricted), far = await lab.AddNatAsync("far", LabNatBehaviour.PortRestricted);
        LabHost host = await home.AddHostAsync("alice");
        if (joins)
        {
            await host.JoinAsync(await lab.AddNatAsync("cafe", LabNatBehaviour.PortRestricted));
        }

        await using LabChat alice = await LabChat.StartAsync(host, relay, ["--listen"]);
        string id = (await alice.NextAsync("ready")).GetProperty("agent").GetString()!;
        await using LabChat bob = await LabChat.StartAsync(await far.AddHostAsync("bob"), relay, ["--peer", id]);
        await LabChat.TalkAsync(alice, bob, "hello");
        await bob.UntilDirectAsync(host.PublicAddress);
        await LabChat.TalkAsync(alice, bob, "directly");

        long begun = Stopwatch.GetTimestamp();
        IPAddress there = await change(new Scene(host, home));
        await LabChat.TalkAsync(alice, bob, "after the change");
        await TestContext.Out.WriteLineAsync($"lines both ways {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms after the change began");
        await bob.UntilDirectAsync(there);
        await TestContext.Out.WriteLineAsync($"direct from there {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms after the change began");
        await LabChat.TalkAsync(alice, bob, "directly again");

        bob.Process.Input.Close();
        Assert.That(await bob.Process.Exit.WaitAsync(Patience), Is.Zero);
        alice.Process.Terminate();
        Assert.That(await alice.Process.Exit.WaitAsync(Patience), Is.Zero);
    }

    private sealed record Scene(LabHost Host, LabNat Home);
}
