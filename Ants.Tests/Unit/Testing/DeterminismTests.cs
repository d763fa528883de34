using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

public sealed class DeterminismTests
{
    [Test]
    public void A_seed_repeats_its_run_to_the_bit_and_another_seed_does_not()
    {
        ulong[] runs = [.. new long[] { 1, 1, 2, 2 }.Select(Play)];

        Assert.That(runs[1], Is.EqualTo(runs[0]));
        Assert.That(runs[3], Is.EqualTo(runs[2]));
        Assert.That(runs[2], Is.Not.EqualTo(runs[0]));
    }

    [Test]
    public void Ten_thousand_short_worlds_differ_from_one_another()
    {
        HashSet<ulong> seen = [];
        for (int seed = 0; seed < 10_000; seed++)
        {
            using SimulatedNetwork world = new(seed) { Loss = 0.2, Jitter = TimeSpan.FromMilliseconds(50) };
            Ear alice = new(world.AddHost(NatKind.Symmetric));
            Ear bob = new(world.AddHost());
            for (int i = 0; i < 20; i++)
            {
                alice.Send(bob.EndPoint);
            }

            world.RunFor(TimeSpan.FromSeconds(1));
            seen.Add(world.Fingerprint);
        }

        Assert.That(seen, Has.Count.EqualTo(10_000));
    }

    [Test]
    public void A_trace_shows_every_step_of_a_datagram()
    {
        using SimulatedNetwork world = new(seed: 1);
        List<string> steps = [];
        world.Trace = (DatagramStep step, DropReason reason, in SimulatedDatagram datagram) =>
            steps.Add($"{datagram.At} {step} {reason} {datagram.Sender.Name} to {datagram.Receiver?.Name}: {datagram.Payload.Length}");
        Ear alice = new(world.AddHost(name: "alice"));
        Ear bob = new(world.AddHost(name: "bob"), 9);
        alice.Send(bob.EndPoint);
        alice.Send(new IPEndPoint(bob.EndPoint.Address, 10));
        world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(steps, Is.EqualTo(new[]
        {
            "0 ms Sent None alice to : 100",
            "0 ms Sent None alice to : 100",
            "10 ms Delivered None alice to bob: 100",
            "10 ms Dropped PortClosed alice to : 100",
        }));
    }

    /// <summary>Two chatting tasks behind NATs on a bad network, with everything at random that can be.</summary>
    private static ulong Play(long seed)
    {
        using SimulatedNetwork world = new(seed)
        {
            Loss = 0.1,
            Jitter = TimeSpan.FromMilliseconds(5),
            Duplication = 0.05,
            Reordering = 0.05,
            Corruption = 0.05,
        };
        SimulatedHost server = world.AddHost();
        IDatagramSocket socket = server.Network.Bind(new IPEndPoint(IPAddress.Any, 443));
        Task echo = Task.CompletedTask;
        world.Run(async () =>
        {
            echo = EchoAsync(socket);
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ChatAsync(world, new IPEndPoint(server.Addresses[0], 443))));
            socket.Dispose();
            await echo;
        });
        Assert.That(world.ForeignPosts, Is.Zero);
        return world.Fingerprint;
    }

    private static async Task EchoAsync(IDatagramSocket socket)
    {
        DatagramBatch batch = new();
        while (await socket.ReceiveAsync(batch, default))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                socket.Send(batch[i], batch[i].Length, batch.Source(i));
            }
        }
    }

    private static async Task ChatAsync(SimulatedNetwork world, IPEndPoint server)
    {
        AntsNetwork network = world.AddHost(NatKind.Symmetric).Network;
        using IDatagramSocket socket = network.Bind(new IPEndPoint(IPAddress.Any, 0));
        DatagramBatch batch = new();
        byte[] line = new byte[64];
        for (int i = 0; i < 50; i++)
        {
            network.Entropy.Fill(line);
            socket.Send(line, line.Length, server);
            using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(200), network.Time);
            try
            {
                await socket.ReceiveAsync(batch, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Lost; the next line follows.
                continue;
            }
        }
    }
}
