using System.IO.Pipelines;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Streams keep what <see cref="AntsStream"/> says of them.</summary>
public class StreamTests
{
    private static readonly LinkConditions s_lossy = new()
    {
        Delay = TimeSpan.FromMilliseconds(5), Jitter = TimeSpan.FromMilliseconds(2), Loss = 0.02, Duplication = 0.01, Reordering = 0.01,
    };

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Megabytes_go_both_ways_over_a_lossy_network(int seed) => Pair.Run(async (world, alice, bob) =>
    {
        byte[] sent = Bytes(3_000_000, seed);
        ConnectingTests.Serve(bob);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await using AntsStream stream = await session.OpenStreamAsync("echo/1");
        Task write = Write(stream, sent);
        MemoryStream received = new();
        await stream.Input.CopyToAsync(received);
        await write;
        Assert.That(received.ToArray(), Is.EqualTo(sent));
        await AllForgottenAsync(world, session, bob);
    }, seed, link: s_lossy);

    [Test]
    public void A_reader_that_does_not_read_stops_the_writer_within_the_windows_and_no_other_stream() => Pair.Run(async (world, alice, bob) =>
    {
        TaskCompletionSource read = new();
        bob.Serve("slow/1", async (stream, ct) =>
        {
            await read.Task;
            await stream.Input.CopyToAsync(Stream.Null, ct);
        });
        ConnectingTests.Serve(bob);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await using AntsStream slow = await session.OpenStreamAsync("slow/1");
        long written = 0;
        Task writing = WriteAsync();
        await world.PassAsync(10);
        Assert.That(writing.IsCompleted, Is.False);

        // One window of a stream at the reader, and 1 MiB unacknowledged here.
        Assert.That(written, Is.LessThan((1 << 20) + (1 << 18) + 70_000));
        await ConnectingTests.EchoAsync(session);
        read.SetResult();
        await writing;

        async Task WriteAsync()
        {
            for (int i = 0; i < 100; i++)
            {
                await slow.Output.WriteAsync(new byte[65_536]);
                written += 65_536;
            }

            await slow.Output.CompleteAsync();
            await slow.DeliveredAsync();
        }
    });

    [Test]
    public void Each_direction_ends_by_itself() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("half/1", async (stream, ct) =>
        {
            await stream.Output.WriteAsync("first"u8.ToArray(), ct);
            await stream.Output.CompleteAsync();
            await stream.Input.CopyToAsync(Stream.Null, ct);
        });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        AntsStream stream = await session.OpenStreamAsync("half/1");
        MemoryStream received = new();
        await stream.Input.CopyToAsync(received);
        Assert.That(received.ToArray(), Is.EqualTo("first"u8.ToArray()));
        await stream.Output.WriteAsync(new byte[500_000]);
        Assert.That(stream.DeliveredAsync().IsCompleted, Is.False);
        await stream.Output.CompleteAsync();
        await stream.DeliveredAsync();
        await stream.DisposeAsync();
        await AllForgottenAsync(world, session, bob);
    });

    [Test]
    public void A_writer_that_gives_up_is_an_abort_at_the_reader() => Pair.Run(async (world, alice, bob) =>
    {
        TaskCompletionSource<AntsException> heard = new();
        bob.Serve("abort/1", async (stream, ct) => heard.SetResult(await ConnectingTests.CatchAsync(stream.Input.CopyToAsync(Stream.Null, ct))));
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        AntsStream stream = await session.OpenStreamAsync("abort/1");
        await stream.Output.WriteAsync(new byte[100_000]);
        await world.PassAsync(0.05);
        await stream.Output.CompleteAsync(new InvalidOperationException("no more"));
        Assert.That((await heard.Task).Error, Is.EqualTo(AntsError.StreamAborted));
        Assert.That((await ConnectingTests.CatchAsync(stream.DeliveredAsync())).Error, Is.EqualTo(AntsError.StreamAborted));
        await stream.DisposeAsync();
        await AllForgottenAsync(world, session, bob);
    });

    [Test]
    public void A_reader_that_stops_early_makes_the_writers_flush_throw() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("early/1", async (stream, ct) =>
        {
            ReadResult read = await stream.Input.ReadAsync(ct);
            stream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            await stream.Input.CompleteAsync();
            await world.PassAsync(2);
        });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        AntsStream stream = await session.OpenStreamAsync("early/1");
        AntsException e = await ConnectingTests.CatchAsync(Write(stream, new byte[5_000_000]));
        Assert.That(e.Error, Is.EqualTo(AntsError.StreamAborted));
        await stream.DisposeAsync();
        await AllForgottenAsync(world, session, bob);
    });

    [Test]
    public void A_protocol_that_is_not_served_is_named_and_a_handler_that_throws_too() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("broken/1", async (stream, ct) =>
        {
            await stream.Output.WriteAsync("half an answ"u8.ToArray(), ct);
            throw new InvalidOperationException("a bug");
        });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        foreach ((string protocol, AntsError error) in new[] { ("nobody/1", AntsError.ProtocolNotServed), ("broken/1", AntsError.StreamAborted) })
        {
            await using AntsStream stream = await session.OpenStreamAsync(protocol);
            AntsException e = await ConnectingTests.CatchAsync(stream.Input.CopyToAsync(Stream.Null));
            Assert.That(e.Error, Is.EqualTo(error), e.Message);
        }

        await AllForgottenAsync(world, session, bob);
    });

    [TestCase(1)]
    [TestCase(2)]
    public void Two_hundred_streams_at_once_wait_for_their_turn(int seed) => Pair.Run(async (world, alice, bob) =>
    {
        ConnectingTests.Serve(bob);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => ConnectingTests.EchoAsync(session)));
        await AllForgottenAsync(world, session, bob);
    }, seed, link: s_lossy);

    [Test]
    public void An_open_that_waits_can_be_cancelled_and_the_next_ones_still_come() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("hold/1", (stream, ct) => stream.Input.CopyToAsync(Stream.Null, ct));
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        List<AntsStream> held = [];
        using CancellationTokenSource patience = new();
        Task<AntsStream> waiting = session.OpenStreamAsync("hold/1", patience.Token).AsTask();
        while (await Task.WhenAny(waiting, world.PassAsync(0.2)) == waiting)
        {
            held.Add(await waiting);
            waiting = session.OpenStreamAsync("hold/1", patience.Token).AsTask();
        }

        Task<AntsStream> next = session.OpenStreamAsync("hold/1").AsTask();
        await patience.CancelAsync();
        await ConnectingTests.CatchAsync<TaskCanceledException>(waiting);
        foreach (AntsStream stream in held)
        {
            await stream.DisposeAsync();
        }

        await (await next).DisposeAsync();
        await AllForgottenAsync(world, session, bob);
    });

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Streams_that_end_in_any_way_leave_the_windows_whole(int seed) => Pair.Run(async (world, alice, bob) =>
    {
        Random random = new(seed);
        bob.Serve("any/1", (stream, ct) => EndAnyhowAsync(stream, random));
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await Task.WhenAll(Enumerable.Range(0, 150).Select(async _ =>
        {
            AntsStream stream = await session.OpenStreamAsync("any/1");
            try
            {
                await EndAnyhowAsync(stream, random);
            }
            catch (AntsException)
            {
                // The other side was first.
            }

            await stream.DisposeAsync();
        }));
        await AllForgottenAsync(world, session, bob);
        await ConnectingTests.CatchAsync(WriteAndReadAsync(session));
    }, seed, link: s_lossy);

    [Test]
    public void A_stream_as_a_Stream_copies_and_ends() => Pair.Run(async (world, alice, bob) =>
    {
        ConnectingTests.Serve(bob);
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await using (Stream stream = (await session.OpenStreamAsync("echo/1")).AsStream())
        {
            await stream.WriteAsync("hello"u8.ToArray());
            await stream.FlushAsync();
            byte[] answer = new byte[5];
            await stream.ReadExactlyAsync(answer);
            Assert.That(answer, Is.EqualTo("hello"u8.ToArray()));
        }

        await AllForgottenAsync(world, session, bob);
    });

    [Test]
    public void A_stream_that_is_open_when_the_session_ends_says_how() => Pair.Run(async (_, alice, bob) =>
    {
        ConnectingTests.Serve(bob, end: false);
        AntsSession session = await alice.ConnectAsync(bob.Id);
        AntsSession bobs = await bob.AcceptSessionAsync();
        AntsStream stream = await session.OpenStreamAsync("echo/1");
        ValueTask<ReadResult> read = stream.Input.ReadAsync();
        await bobs.CloseAsync("bye");
        AntsException e = await ConnectingTests.CatchAsync(read.AsTask());
        Assert.That((e.Error, e.Message), Is.EqualTo((AntsError.PeerClosed, $"The peer {bob.Id} closed the session: bye.")));
        Assert.That((await ConnectingTests.CatchAsync(FlushAsync(stream))).Error, Is.EqualTo(AntsError.PeerClosed));
    });

    private static async Task EndAnyhowAsync(AntsStream stream, Random random)
    {
        await stream.Output.WriteAsync(new byte[random.Next(100_000)]);
        switch (random.Next(6))
        {
            case 0:
                await stream.Output.CompleteAsync(new InvalidOperationException("no more"));
                break;
            case 1:
                await stream.Input.CompleteAsync();
                break;
            case 2:
                ReadResult read = await stream.Input.ReadAsync();
                stream.Input.AdvanceTo(read.Buffer.GetPosition(read.Buffer.Length / 2));
                break;
            case 3:
                await stream.Output.CompleteAsync();
                await stream.Input.CopyToAsync(Stream.Null);
                break;
            case 4:
                throw new AntsException(AntsError.StreamAborted, "in the middle");
            default:
                break;
        }
    }

    private static async Task FlushAsync(AntsStream stream) => await stream.Output.FlushAsync();

    private static async Task WriteAndReadAsync(AntsSession session)
    {
        await using AntsStream stream = await session.OpenStreamAsync("nobody/1");
        await stream.Input.CopyToAsync(Stream.Null);
    }

    private static async Task Write(AntsStream stream, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i += 50_000)
        {
            await stream.Output.WriteAsync(bytes.AsMemory(i, Math.Min(50_000, bytes.Length - i)));
        }

        await stream.Output.CompleteAsync();
    }

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>No stream is kept and no byte is held by either side of a session whose streams are all done with.</summary>
    private static async Task AllForgottenAsync(AgentWorld world, AntsSession session, AntsAgent bob)
    {
        await world.PassAsync(5);
        PathSetOf(session.Peer);
        PathSetOf(bob.Core.Peers.Single());

        static void PathSetOf(Ants.Agents.PeerSession peer)
        {
            Assert.That((peer.StreamCount, peer.Session.Streams.Count), Is.EqualTo((0, 0)), "streams");
            Assert.That(peer.Session.Streams.Window.Released, Is.EqualTo(peer.Session.Streams.Window.Received), "bytes given back");
        }
    }
}
