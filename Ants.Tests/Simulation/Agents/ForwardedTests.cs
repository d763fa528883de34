using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Testing;
using NUnit.Framework;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Sessions that stay relayed, between two symmetric NATs: their packets cross the relay beside the sessions with it, and everything
/// that a tunnelled session survives they survive too.
/// </summary>
public sealed class ForwardedTests
{
    private const double RoundTrip = 40;

    [Test]
    public void A_bulk_transfer_crosses_the_relay_unopened_and_in_packets_of_the_links_size() => Run(RoundTrip, async scene =>
    {
        long before = scene.World.Relay.Counters.ForwardedPackets, unopenedBefore = scene.World.Relay.Counters.ForwardedUnopened;
        await TransferAsync(scene, 4_000_000);
        long all = scene.World.Relay.Counters.ForwardedPackets - before, unopened = scene.World.Relay.Counters.ForwardedUnopened - unopenedBefore;
        TestContext.Out.WriteLine($"{unopened} of {all} packets unopened, {scene.World.Relay.Counters.WrongSource} from elsewhere");
        bool forwards = FastPaths.Allow(FastPath.Forwarding);
        Assert.That(unopened, forwards ? Is.GreaterThan(all * 0.97) : Is.Zero);
        Assert.That(ActivePath(scene).MaxPacketSize, Is.EqualTo(forwards && FastPaths.Allow(FastPath.PacketSize) ? 1472 : PacketSize.Relayed));
    });

    [TestCase(20)]
    [TestCase(100)]
    [TestCase(300)]
    public void A_NAT_that_forgets_is_found_within_two_probe_timeouts(double roundTrip) => Run(roundTrip, async scene =>
    {
        double probeTimeout = ActivePath(scene).Recovery.ProbeTimeout.TotalMilliseconds;
        Instant forgot = scene.World.Network.Now;
        scene.A.Nat!.ForgetMappings();
        await scene.World.PassAsync(3);
        scene.ReportGap("mappings forgotten", forgot, (2 * probeTimeout) + roundTrip + 10);
        Assert.That(scene.Session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
    });

    [Test]
    public void A_transfer_goes_on_when_the_peer_changes_to_a_WebSocket_and_back() => Run(RoundTrip, async scene =>
    {
        await TransferAsync(scene, 500_000);
        IDisposable firewall = scene.World.Network.Block((in datagram) => datagram.Sender == scene.B || datagram.Receiver == scene.B);
        await TransferAsync(scene, 500_000);
        firewall.Dispose();
        await scene.World.PassAsync(10);
        long before = scene.World.Relay.Counters.ForwardedUnopened;
        await TransferAsync(scene, 500_000);
        Assert.That(
            scene.World.Relay.Counters.ForwardedUnopened - before, FastPaths.Allow(FastPath.Forwarding) ? Is.GreaterThan(300) : Is.Zero);
    });

    private static Path ActivePath(TalkScene scene) => scene.Alice.Core.Peers.Single().Session.Paths.Active!;

    private static void Run(double roundTrip, Func<TalkScene, Task> story) => TalkScene.Run(roundTrip, NatKind.Symmetric, story);

    private static async Task TransferAsync(TalkScene scene, int length)
    {
        TaskCompletionSource<long> received = new();
        scene.Bob.Serve($"sink/{length}", async (stream, ct) =>
        {
            long count = 0;
            while (true)
            {
                System.IO.Pipelines.ReadResult result = await stream.Input.ReadAsync(ct);
                count += result.Buffer.Length;
                stream.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            received.TrySetResult(count);
        });
        await using AntsStream stream = await scene.Session.OpenStreamAsync($"sink/{length}");
        for (int sent = 0; sent < length; sent += 10_000)
        {
            await stream.Output.WriteAsync(new byte[10_000]);
        }

        await stream.Output.CompleteAsync();
        Assert.That(await received.Task, Is.EqualTo(length));
    }
}
