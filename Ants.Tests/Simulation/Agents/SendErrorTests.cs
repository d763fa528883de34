using System.Net;
using System.Net.Sockets;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Which errors of a send are evidence against a path. An ICMP message can be forged by anybody who knows the two addresses; what a
/// system makes of one must not move a session.
/// </summary>
public class SendErrorTests
{
    // What systems return for "port unreachable", "host unreachable", "fragmentation needed", "time exceeded" and "source quench": Linux
    // and macOS from a send, Windows (ConnectionReset, NetworkReset) from a receive.
    [TestCase(SocketError.ConnectionRefused)]
    [TestCase(SocketError.HostUnreachable)]
    [TestCase(SocketError.HostDown)]
    [TestCase(SocketError.ConnectionReset)]
    [TestCase(SocketError.NetworkReset)]
    [TestCase(SocketError.MessageSize)]
    [TestCase(SocketError.TimedOut)]
    [TestCase(SocketError.NoBufferSpaceAvailable)]
    public void An_error_that_a_forged_ICMP_message_can_cause_does_not_demote_a_path(SocketError error) => Run(async (world, network, session) =>
    {
        List<PathChange> changes = [];
        using CancellationTokenSource stop = new();
        Task watch = WatchAsync(session, changes, stop.Token);
        IPEndPoint direct = session.CurrentPath.Remote;
        await world.PassAsync(0.5);
        int before = changes.Count;

        // Each second send fails for 300 ms, and is lost: as many forged messages as an attacker likes.
        int sends = 0;
        network.Refuse = to => to.Equals(direct) && ++sends % 2 == 0 ? error : null;
        await world.PassAsync(0.3);
        network.Refuse = _ => null;
        Assert.That(network.Refused, Is.GreaterThan(3));
        Assert.That((session.CurrentPath.Kind, changes.Count), Is.EqualTo((PathKind.Direct, before)));
        await world.PassAsync(2);
        Assert.That((session.CurrentPath.Kind, changes.Count), Is.EqualTo((PathKind.Direct, before)), "nor later");
        await stop.CancelAsync();
        await ConnectingTests.CatchAsync<OperationCanceledException>(watch);
    });

    [TestCase(SocketError.NetworkUnreachable)]
    [TestCase(SocketError.AccessDenied)]
    [TestCase(SocketError.NetworkDown)]
    [TestCase(SocketError.AddressNotAvailable)]
    public void An_error_that_only_this_machine_can_cause_demotes_a_path_at_once(SocketError error) => Run(async (world, network, session) =>
    {
        IPEndPoint direct = session.CurrentPath.Remote;
        Instant start = world.Network.Now;
        network.Refuse = to => to.Equals(direct) ? error : null;
        await world.UntilAsync(() => session.CurrentPath.Kind == PathKind.Relayed, 1, "the session is relayed");
        Assert.That((world.Network.Now - start).TotalMilliseconds, Is.LessThanOrEqualTo(40), "at the first send: lines go out every 20 ms");
    });

    private static void Run(Func<AgentWorld, RefusingNetwork, AntsSession, Task> story)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.PortRestricted, "alice"), b = world.AddHost(NatKind.PortRestricted, "bob");
        RefusingNetwork network = new(a.Network);
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a, options => options.Network = network);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            AntsSession session = await alice.ConnectAsync(bob.Id);
            LineTalk talk = await LineTalk.StartAsync(world, session, bob);
            await world.UntilDirectAsync(session);
            await world.PassAsync(1);
            await story(world, network, session);
            network.Refuse = _ => null;
            await talk.StopAsync();
        }, TimeSpan.FromMinutes(10));
    }

    private static async Task WatchAsync(AntsSession session, List<PathChange> changes, CancellationToken ct)
    {
        await foreach (PathChange change in session.PathChanges(ct))
        {
            changes.Add(change);
        }
    }
}
