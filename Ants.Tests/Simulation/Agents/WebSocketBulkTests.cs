using Ants.Crypto;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// Much at once over WebSockets: a connection that is full holds its senders back and drops nothing, and what is held back goes on
/// when the connection fails. A connection has 128 KB under way and 20 ms of round trip: 52 Mbit/s.
/// </summary>
public class WebSocketBulkTests
{
    private const int Bytes = 8_000_000;

    private static readonly bool s_large = FastPaths.Allow(FastPath.PacketSize);

    [Test]
    public void Nothing_is_dropped_and_nothing_is_sent_twice() => Transfer(async scene =>
    {
        TimeSpan took = await scene.FinishAsync(seconds: 3);
        Assert.That(took.TotalSeconds, Is.LessThan(1.25 * Bytes / (128 * 1024 / 0.02)), "the connection was kept busy");
        Assert.That(scene.World.Relay.Counters.QueueFull, Is.Zero);

        // A packet's header, its frame's and the tag are some fifty bytes, and there is an acknowledgement for every other packet.
        Assert.That(scene.World.Relay.Counters.ForwardedBytes, Is.LessThan((s_large ? 1.03 : 1.1) * Bytes));
    });

    [Test]
    public void Packets_are_as_large_as_the_connections_take() => Transfer(async scene =>
    {
        await scene.FinishAsync(seconds: 3);
        Assert.That(Bytes / scene.World.Relay.Counters.ForwardedPackets, Is.GreaterThan(s_large ? 3000 : 700), "acknowledgements included");
        Assert.That(scene.World.Relay.Counters.TooLong, Is.Zero);
    });

    [Test]
    public void What_a_half_open_connection_holds_back_goes_on_by_another() => Transfer(async scene =>
    {
        await scene.World.PassAsync(0.3);
        scene.A.WebSockets.Freeze();
        await scene.FinishAsync(seconds: 6);
    });

    [Test]
    public void A_connection_that_is_reset_takes_nothing_with_it() => Transfer(async scene =>
    {
        await scene.World.PassAsync(0.3);
        scene.A.WebSockets.Reset();
        await scene.FinishAsync(seconds: 6);
    });

    [Test]
    public void Packets_become_small_when_an_end_comes_to_UDP() => Transfer(async scene =>
    {
        await scene.World.PassAsync(0.3);
        scene.Firewall.Dispose();
        await scene.FinishAsync(seconds: 12);
        Assert.That(scene.World.Relay.Counters.ForwardedPackets, Is.GreaterThan(1000));
    });

    private static void Transfer(Func<Scene, Task> story)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.Symmetric, "alice"), b = world.AddHost(NatKind.Symmetric, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            using IDisposable firewall = world.Network.Block((in datagram) => datagram.Sender != world.RelayHost || datagram.Receiver != world.RelayHost);
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            TaskCompletionSource<int> received = new();
            bob.Serve("bulk/1", async (stream, ct) => received.TrySetResult(await CountAsync(stream)));
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await using AntsStream stream = await session.OpenStreamAsync("bulk/1");
            Scene scene = new(world, a, firewall, received.Task, world.Network.Now);
            Task sending = SendAsync(stream);
            await story(scene);
            await sending;
        }, TimeSpan.FromMinutes(10));
    }

    private static async Task SendAsync(AntsStream stream)
    {
        byte[] piece = new byte[50_000];
        for (int sent = 0; sent < Bytes; sent += piece.Length)
        {
            for (int i = 0; i < piece.Length; i++)
            {
                piece[i] = PatternAt(sent + i);
            }

            await stream.Output.WriteAsync(piece);
        }

        await stream.Output.CompleteAsync();
    }

    private static async Task<int> CountAsync(AntsStream stream)
    {
        int count = 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult result = await stream.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in result.Buffer)
            {
                foreach (byte value in piece.Span)
                {
                    if (value != PatternAt(count++))
                    {
                        return -count;
                    }
                }
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return count;
            }
        }
    }

    private static byte PatternAt(int index) => (byte)(index ^ (index >> 8) ^ (index >> 16));

    private sealed record Scene(AgentWorld World, SimulatedHost A, IDisposable Firewall, Task<int> Received, Instant Begun)
    {
        /// <summary>Waits until all has come, every byte once and in order, and returns how long it took in all.</summary>
        public async Task<TimeSpan> FinishAsync(double seconds)
        {
            await World.UntilAsync(() => Received.IsCompleted, seconds, "all has come");
            Assert.That(await Received, Is.EqualTo(Bytes));
            TimeSpan took = World.Network.Now - Begun;
            TestContext.Out.WriteLine($"{Bytes / 1e6} MB in {took.TotalMilliseconds:0} ms, {World.Relay.Counters}");
            return took;
        }
    }
}
