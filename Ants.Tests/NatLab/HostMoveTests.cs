using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>A host of the lab changes its network while a program on it keeps its socket.</summary>
internal sealed class HostMoveTests : LabFixture
{
    [TestCase(LabNatBehaviour.PortRestricted, LabNatBehaviour.Symmetric)]
    [TestCase(LabNatBehaviour.Open, LabNatBehaviour.PortRestricted)]
    public async Task What_it_sends_comes_from_where_it_is(LabNatBehaviour first, LabNatBehaviour second)
    {
        await using NatLab lab = await CreateLabAsync();
        LabNat home = await lab.AddNatAsync("home", first), cafe = await lab.AddNatAsync("cafe", second);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 443);
        LabHost host = await home.AddHostAsync("laptop");
        await using LabSocket socket = await LabSocket.OpenAsync(host, 41_000);
        await AssertSeenAsync(home);

        await host.JoinAsync(cafe);
        await AssertSeenAsync(cafe);
        await host.PreferAsync(home);
        await AssertSeenAsync(home);
        await host.LeaveAsync(home);
        await AssertSeenAsync(cafe);
        await host.SwitchOffAsync();
        await host.SwitchOnAsync();
        await AssertSeenAsync(cafe);
        await host.MoveToAsync(home);
        await AssertSeenAsync(home);

        async Task AssertSeenAsync(LabNat behind)
        {
            IPEndPoint seen = await socket.SendToAsync(server);
            Assert.Multiple(() =>
            {
                Assert.That(host.Nat, Is.SameAs(behind));
                Assert.That(seen.Address, Is.EqualTo(host.PublicAddress));
            });
        }
    }
}
