using System.Net;
using Ants.Relay;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>Agent, relay and agent on the machine's own network, by real sockets and threads.</summary>
[NonParallelizable]
public class LoopbackTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Two_agents_and_a_relay_on_one_machine_talk_and_go_direct()
    {
        await using Scene scene = await Scene.StartAsync();
        await using AntsSession session = await scene.Alice.ConnectAsync(scene.Bob.Invite).WaitAsync(s_limit);
        byte[] sent = new byte[2_000_000];
        new Random(1).NextBytes(sent);
        await using AntsStream stream = await session.OpenStreamAsync("echo/1");
        Task write = WriteAsync(stream, sent);
        MemoryStream received = new();
        await stream.Input.CopyToAsync(received).WaitAsync(s_limit);
        await write.WaitAsync(s_limit);
        Assert.That(received.ToArray(), Is.EqualTo(sent));
        using CancellationTokenSource patience = new(s_limit);
        await foreach (PathChange change in session.PathChanges(patience.Token))
        {
            if (change.Kind == PathKind.Direct)
            {
                return;
            }
        }

        Assert.Fail("The session ended.");
    }

    [Test]
    public async Task Many_threads_open_write_and_close_streams_and_the_agent_ends_amid_them()
    {
        await using Scene scene = await Scene.StartAsync();
        AntsSession session = await scene.Alice.ConnectAsync(scene.Bob.Id).WaitAsync(s_limit);
        int done = 0;
        Task[] users = [.. Enumerable.Range(0, 8).Select(user => Task.Run(async () =>
        {
            while (true)
            {
                await using AntsStream stream = await session.OpenStreamAsync("echo/1");
                byte[] sent = new byte[10_000 + user];
                await WriteAsync(stream, sent);
                MemoryStream received = new();
                await stream.Input.CopyToAsync(received);
                Assert.That(received.Length, Is.EqualTo(sent.Length));
                Interlocked.Increment(ref done);
            }
        }))];
        Assert.That(() => Volatile.Read(ref done), Is.GreaterThan(400).After(30_000, 10));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await scene.Alice.DisposeAsync()))).WaitAsync(s_limit);
        foreach (Task user in users)
        {
            AntsException? e = Assert.ThrowsAsync<AntsException>(async () => await user.WaitAsync(s_limit));
            Assert.That(e!.Error, Is.EqualTo(AntsError.Closed));
        }
    }

    [Test]
    public async Task An_agent_that_is_disposed_while_it_starts_or_calls_does_not_hang()
    {
        await using Scene scene = await Scene.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            AntsAgent agent = await AntsAgent.StartAsync(scene.Options()).WaitAsync(s_limit);
            Task call = agent.ConnectAsync(scene.Bob.Id);
            await agent.DisposeAsync().AsTask().WaitAsync(s_limit);
            try
            {
                await call.WaitAsync(s_limit);
            }
            catch (AntsException e)
            {
                Assert.That(e.Error, Is.EqualTo(AntsError.Closed), e.Message);
            }
        }
    }

    [Test]
    public async Task An_idle_agent_takes_no_turns()
    {
        await using Scene scene = await Scene.StartAsync();
        await using AntsSession session = await scene.Alice.ConnectAsync(scene.Bob.Id).WaitAsync(s_limit);
        Assert.That(() => session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct).After(30_000, 10));

        // Late acknowledgements and spare connection ids are over when two looks in a row see the same.
        long before = -1;
        Assert.That(
            () =>
            {
                long present = scene.Alice.Core.Driver.Turns;
                (bool isStill, before) = (present == before, present);
                return isStill;
            },
            Is.True.After(15_000, 1000));
    }

    private static async Task WriteAsync(AntsStream stream, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i += 60_000)
        {
            await stream.Output.WriteAsync(bytes.AsMemory(i, Math.Min(60_000, bytes.Length - i)));
        }

        await stream.Output.CompleteAsync();
    }

    private sealed record Scene(RelayServer Relay, AntsAgent Alice, AntsAgent Bob) : IAsyncDisposable
    {
        public static async Task<Scene> StartAsync()
        {
            RelayServer relay = await RelayServer.StartAsync(new RelayOptions
            {
                Identity = AgentIdentity.Generate(),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
            });
            Scene scene = new(relay, await AntsAgent.StartAsync(Options(relay)), await AntsAgent.StartAsync(Options(relay)));
            scene.Bob.Serve("echo/1", async (stream, ct) => await stream.Input.CopyToAsync(stream.Output, ct));
            return scene;
        }

        public AntsOptions Options() => Options(Relay);

        public async ValueTask DisposeAsync()
        {
            await Alice.DisposeAsync();
            await Bob.DisposeAsync();
            await Relay.DisposeAsync();
        }

        private static AntsOptions Options(RelayServer relay)
        {
            AntsOptions options = new() { Identity = AgentIdentity.Generate() };
            options.Relays.Add(relay.Address);
            return options;
        }
    }
}
