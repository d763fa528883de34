using System.Text.Json;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// Chat processes with a real miniupnpd between them. Alice's NAT is symmetric, and bob's asks nobody, so that a direct path from bob to the
/// address that miniupnpd maps from can only be the mapping's:
/// <code>
///            relay
///              |
///   home ------+------ far
///   symmetric,          symmetric, or port-restricted
///   miniupnpd            |
///     |                 bob (dials, asks no router)
///   alice (listens, by one protocol)
/// </code>
/// </summary>
internal sealed class PortMappingTests : LabFixture
{
    private const int RelayPort = 4433;

    // How nftables shows a mapping.
    private const string Translation = "dnat";

    [TestCase("pcp", LabNatBehaviour.Symmetric, "PCP MAP: added mapping UDP")]
    [TestCase("pcp", LabNatBehaviour.PortRestricted, "PCP MAP: added mapping UDP")]
    [TestCase("nat-pmp", LabNatBehaviour.Symmetric, "NAT-PMP port mapping request : ")]
    [TestCase("nat-pmp", LabNatBehaviour.PortRestricted, "NAT-PMP port mapping request : ")]
    [TestCase("upnp", LabNatBehaviour.Symmetric, "#AddAnyPortMapping")]
    [TestCase("upnp", LabNatBehaviour.PortRestricted, "#AddAnyPortMapping")]
    [TestCase("upnp", LabNatBehaviour.Symmetric, "#AddPortMapping", "force_igd_desc_v1=yes")]
    [TestCase("all", LabNatBehaviour.Symmetric, "PCP MAP: added mapping UDP")]
    public async Task A_mapping_makes_the_path_direct_and_is_given_back(string protocol, LabNatBehaviour far, string logged, params string[] settings) => await RunAsync(
        settings,
        async scene =>
        {
            await using LabChat alice = await scene.StartAliceAsync(protocol, lease: 600);
            string id = (await alice.NextAsync("ready")).GetProperty("agent").GetString()!;
            LabNat nat = await scene.Lab.AddNatAsync("far", far);
            await using LabChat bob = await LabChat.StartAsync(await nat.AddHostAsync("bob"), scene.Relay, ["--peer", id, "--port-mapping", "none"]);
            long begun = TimeOf(await bob.NextAsync("session"));
            await LabChat.TalkAsync(alice, bob, "hello");
            long direct = TimeOf(await bob.UntilDirectAsync(scene.Router.ExternalAddress));
            await TestContext.Out.WriteLineAsync($"direct {direct - begun} ms after the session began, in processes just started");
            await LabChat.TalkAsync(alice, bob, "directly");
            Assert.That(scene.Router.Log, Has.Some.Contains(logged));
            Assert.That(await scene.Router.ListMappingsAsync(), Does.Contain(Translation));

            bob.Process.Input.Close();
            Assert.That(await bob.Process.Exit.WaitAsync(Patience), Is.Zero);
            alice.Process.Terminate();
            Assert.That(await alice.Process.Exit.WaitAsync(Patience), Is.Zero);
            Assert.That(await scene.Router.ListMappingsAsync(), Does.Not.Contain(Translation), "the mapping was given back before the process ended");
        });

    [TestCase("pcp", "Pcp", "PCP MAP: added mapping UDP")]
    [TestCase("nat-pmp", "NatPmp", "NAT-PMP port mapping request : ")]
    [TestCase("upnp", "Upnp", "AddPortMapping: ")]
    public async Task A_mapping_is_renewed_and_made_again_after_a_restart_of_the_router(string protocol, string name, string logged) => await RunAsync([], async scene =>
    {
        await using LabChat alice = await scene.StartAliceAsync(protocol, lease: 6);
        await alice.NextAsync("ready");
        await EventuallyAsync(() => Task.FromResult(scene.Count(logged) >= (protocol == "upnp" ? 1 : 2)), "the mapping is renewed");
        Assert.That(await scene.Router.ListMappingsAsync(), Does.Contain(Translation));

        int before = scene.Count(logged);
        await scene.Router.RestartAsync();
        Assert.That(await scene.Router.ListMappingsAsync(), Does.Not.Contain(Translation));
        await EventuallyAsync(() => Task.FromResult(scene.Count(logged) > before), "the mapping is made again");
        await EventuallyAsync(async () => (await scene.Router.ListMappingsAsync()).Contains(Translation, StringComparison.Ordinal), "it is in the kernel");

        alice.Process.Terminate();
        Assert.That(await alice.Process.Exit.WaitAsync(Patience), Is.Zero);
        string[] notes = [.. await alice.Process.Error.ReadAllAsync().ToListAsync()];
        await TestContext.Out.WriteLineAsync(string.Join('\n', notes));
        Assert.That(notes, Has.Some.Contains($"Recreated by {name}").And.Some.Contains($"Released by {name}"));
    });

    [Test]
    public async Task A_router_that_announces_its_restart_is_asked_again_long_before_the_mapping_s_renewal() => await RunAsync([], async scene =>
    {
        await using LabChat alice = await scene.StartAliceAsync("pcp", lease: 86_400);
        await alice.NextAsync("ready");
        await EventuallyAsync(async () => (await scene.Router.ListMappingsAsync()).Contains(Translation, StringComparison.Ordinal), "it is mapped");
        await scene.Router.RestartAsync();
        await EventuallyAsync(async () => (await scene.Router.ListMappingsAsync()).Contains(Translation, StringComparison.Ordinal), "it is mapped again");
    });

    [TestCase("pcp")]
    [TestCase("nat-pmp")]
    [TestCase("upnp")]
    public async Task Of_an_agent_that_is_killed_nothing_is_left_when_the_lease_has_ended(string protocol) => await RunAsync([], async scene =>
    {
        await using LabChat alice = await scene.StartAliceAsync(protocol, lease: 3);
        await alice.NextAsync("ready");
        await EventuallyAsync(async () => (await scene.Router.ListMappingsAsync()).Contains(Translation, StringComparison.Ordinal), "it is mapped");
        alice.Process.Kill();
        await alice.Process.Exit;
        await EventuallyAsync(async () => !(await scene.Router.ListMappingsAsync()).Contains(Translation, StringComparison.Ordinal), "the lease has ended");
        Assert.That(scene.Router.Log, Has.Some.Contains("because it has expired"));
    });

    private static long TimeOf(JsonElement said) => said.GetProperty("t_ms").GetInt64();

    private static async Task RunAsync(string[] settings, Func<Scene, Task> story)
    {
        await using NatLab lab = await CreateLabAsync();
        await using LabRelay relay = await LabRelay.StartAsync(lab, RelayPort);
        LabNat home = await lab.AddNatAsync("home", LabNatBehaviour.Symmetric);
        await using LabMiniupnpd router = await WithMiniupnpdAsync(() => LabMiniupnpd.StartAsync(home, settings));
        try
        {
            await story(new Scene(lab, relay, await home.AddHostAsync("alice"), router));
        }
        finally
        {
            await TestContext.Out.WriteLineAsync(string.Join('\n', router.Log.Where(IsOfInterest)));
        }
    }

    private static bool IsOfInterest(string line) =>
        line.StartsWith("miniupnpd[", StringComparison.Ordinal)
        && ((string[])["apping", "redirect", "removed", "expired", "starting"]).Any(word => line.Contains(word, StringComparison.Ordinal));

    private sealed record Scene(NatLab Lab, LabRelay Relay, LabHost Alice, LabMiniupnpd Router)
    {
        public Task<LabChat> StartAliceAsync(string protocol, int lease) =>
            LabChat.StartAsync(Alice, Relay, ["--listen", "--port-mapping", protocol, "--mapping-lease", $"{lease}"]);

        public int Count(string logged) => Router.Log.Count(line => line.Contains(logged, StringComparison.Ordinal));
    }
}
