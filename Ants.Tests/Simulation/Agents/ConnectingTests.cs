using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>How calls end, well and badly.</summary>
public class ConnectingTests
{
    [Test]
    public void An_unknown_peer_is_reported_within_five_seconds() => Pair.Run(async (world, alice, _) =>
    {
        AgentId nobody = world.NextIdentity().Id;
        Instant start = world.Network.Now;
        AntsException e = await CatchAsync(alice.ConnectAsync(nobody));
        Assert.That(e.Error, Is.EqualTo(AntsError.PeerUnreachable));
        Assert.That(e.Message, Does.Contain("is not connected to any relay you named").And.Contain(nobody.ToString()));
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromSeconds(5)));
    });

    [Test]
    public void An_unknown_peer_with_a_dead_relay_in_its_invite_is_reported_within_five_seconds() => Pair.Run(async (world, alice, _) =>
    {
        RelayAddress dead = new("203.0.113.200", 443, RelayId.Parse(world.NextIdentity().Id.ToString()));
        Instant start = world.Network.Now;
        AntsException e = await CatchAsync(alice.ConnectAsync(new Invite(world.NextIdentity().Id, [dead])));
        Assert.That(e.Error, Is.EqualTo(AntsError.PeerUnreachable));
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromSeconds(5)));
        await world.PassAsync(10);
        Assert.That(alice.Core.Links.All, Has.Count.EqualTo(1), "the relay of the invite is let go");
    });

    [Test]
    public void A_peer_that_registers_two_seconds_after_the_call_is_found_at_once() => Pair.Run(async (world, alice, _) =>
    {
        AgentIdentity late = world.NextIdentity();
        Task<AntsSession> call = alice.ConnectAsync(late.Id);
        await world.PassAsync(2);
        await using AntsAgent carol = await world.StartAgentAsync(world.Network.AddHost(), options => options.Identity = late);
        Instant registered = world.Network.Now;
        await using AntsSession session = await call;
        Assert.That(world.Network.Now - registered, Is.LessThan(TimeSpan.FromMilliseconds(100)));
    });

    [Test]
    public void A_wrong_relay_key_is_named_with_the_right_one() => Pair.Run(async (world, _, _) =>
    {
        RelayId wrong = RelayId.Parse(world.NextIdentity().Id.ToString());
        Instant start = world.Network.Now;
        AntsException e = await CatchAsync(world.StartAgentAsync(world.Network.AddHost(), options =>
        {
            options.Relays.Clear();
            options.Relays.Add(new RelayAddress(world.Relay.Address.Host, world.Relay.Address.Port, wrong));
        }));
        Assert.That(e.Error, Is.EqualTo(AntsError.RelayKeyMismatch));
        Assert.That(e.Message, Does.Contain($"expected {wrong}, found {world.Relay.Id}"));
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromSeconds(1)));
    });

    [Test]
    public void A_relay_that_does_not_answer_is_named() => Pair.Run(async (world, _, _) =>
    {
        world.RelayHost.Kill();
        AntsException e = await CatchAsync(world.StartAgentAsync(world.Network.AddHost()));
        Assert.That(e.Error, Is.EqualTo(AntsError.RelayUnreachable));
        Assert.That(e.Message, Does.Contain(world.Relay.Address.ToString()));
    });

    [Test]
    public void A_refusal_reaches_the_caller_with_its_reason() => Pair.Run(async (_, alice, bob) =>
    {
        AntsException e = await CatchAsync(alice.ConnectAsync(bob.Id));
        Assert.That((e.Error, e.Message), Is.EqualTo((AntsError.PeerRefused, $"The peer {bob.Id} refused the session: not a contact.")));
    }, bob: options => options.Authorize = _ => Admission.Refuse("not a contact"));

    [Test]
    public void An_Authorize_that_throws_refuses_and_the_agent_lives_on() => Pair.Run(async (world, alice, bob) =>
    {
        AntsException e = await CatchAsync(alice.ConnectAsync(bob.Id));
        Assert.That(e.Error, Is.EqualTo(AntsError.PeerRefused));
        await using AntsSession session = await bob.ConnectAsync(alice.Id);
    }, bob: options => options.Authorize = _ => throw new InvalidOperationException("a bug"));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void Two_agents_that_call_each_other_share_one_session(int seed) => Pair.Run(async (world, alice, bob) =>
    {
        // One of them would refuse the other, but calls it itself.
        Serve(alice);
        Serve(bob);
        Task<AntsSession> one = alice.ConnectAsync(bob.Id);
        await world.PassAsync(seed * 0.004);
        Task<AntsSession> two = bob.ConnectAsync(alice.Id);
        await using AntsSession alices = await one;
        await using AntsSession bobs = await two;
        await EchoAsync(alices);
        await EchoAsync(bobs);
        await world.PassAsync(5);
        Assert.That(alices.Closed.IsCompleted || bobs.Closed.IsCompleted, Is.False);
        Assert.That(await alice.ConnectAsync(bob.Id), Is.SameAs(alices));
        Assert.That(await bob.ConnectAsync(alice.Id), Is.SameAs(bobs));
    }, seed, bob: options => options.Authorize = _ => Admission.Refuse("nobody is welcome"));

    [Test]
    public void Two_calls_give_one_session() => Pair.Run(async (_, alice, bob) =>
    {
        Task<AntsSession> one = alice.ConnectAsync(bob.Id), two = alice.ConnectAsync(bob.Id);
        Assert.That(await one, Is.SameAs(await two));
        Assert.That(await alice.ConnectAsync(bob.Id), Is.SameAs(await one));
    });

    [TestCase(true)]
    [TestCase(false)]
    public void A_session_can_be_opened_again_right_after_its_close(bool byCaller) => Pair.Run(async (_, alice, bob) =>
    {
        Serve(bob);
        for (int i = 0; i < 5; i++)
        {
            AntsSession session = await alice.ConnectAsync(bob.Id);
            AntsSession bobs = await bob.AcceptSessionAsync();
            await EchoAsync(session);
            await (byCaller ? session : bobs).CloseAsync("enough");
            CloseReason reason = await (byCaller ? bobs : session).Closed;
            Assert.That(reason, Is.EqualTo(new CloseReason(true, AntsError.PeerClosed, "enough")));
        }
    });

    [TestCase(1)]
    [TestCase(2)]
    public void A_peer_whose_process_restarts_is_told_apart_and_can_be_called_again(int seed) => Pair.Run(async (world, alice, _) =>
    {
        AgentIdentity identity = world.NextIdentity();
        SimulatedHost host = world.Network.AddHost(name: "carol");
        Action<AntsOptions> same = options => (options.Identity, options.Port) = (identity, 5000);
        AntsAgent carol = await world.StartAgentAsync(host, same);
        Serve(carol, end: false);
        AntsSession session = await alice.ConnectAsync(carol.Id);
        AntsStream stream = await session.OpenStreamAsync("echo/1");
        await stream.Output.WriteAsync("a"u8.ToArray());
        stream.Input.AdvanceTo((await stream.Input.ReadAsync()).Buffer.End);
        await world.UntilDirectAsync(session);
        await world.PassAsync(1);
        host.Kill();
        await world.PassAsync(1);
        await carol.DisposeAsync();
        host.Restart();
        await using AntsAgent again = await world.StartAgentAsync(host, same);
        Serve(again);
        AntsException e = await CatchAsync(ReadToEndAsync(stream, world));
        Assert.That(e.Error, Is.EqualTo(AntsError.PeerRestarted), e.Message);
        await using AntsSession next = await alice.ConnectAsync(again.Id);
        await EchoAsync(next);
    }, seed);

    [Test]
    public void A_second_agent_with_the_same_identity_takes_over_and_the_first_does_not_fight() => Pair.Run(async (world, alice, _) =>
    {
        AgentIdentity identity = world.NextIdentity();
        await using AntsAgent first = await world.StartAgentAsync(world.Network.AddHost(), options => options.Identity = identity);
        await using AntsAgent second = await world.StartAgentAsync(world.Network.AddHost(), options => options.Identity = identity);
        Serve(second);
        await world.PassAsync(60);
        Assert.That((first.HeldRelays.Count, second.HeldRelays.Count), Is.EqualTo((0, 1)));
        Assert.That(first.Core.Links.All[0].Failure?.Error, Is.EqualTo(AntsError.Superseded));
        await using AntsSession session = await alice.ConnectAsync(identity.Id);
        await EchoAsync(session);
    });

    [Test]
    public void A_call_can_be_cancelled_and_leaves_nothing() => Pair.Run(async (world, alice, _) =>
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1), world.Network.Time);
        await CatchAsync<TaskCanceledException>(alice.ConnectAsync(world.NextIdentity().Id, patience.Token));
        await world.PassAsync(1);
        Assert.That(alice.Core.Peers, Is.Empty);
        Assert.That(alice.Core.Endpoint.SessionCount, Is.EqualTo(1), "the relay's");
    });

    [Test]
    public void A_start_can_be_cancelled_and_frees_its_port() => Pair.Run(async (world, _, _) =>
    {
        world.RelayHost.Kill();
        SimulatedHost host = world.Network.AddHost();
        AntsOptions options = new() { Identity = world.NextIdentity(), Network = host.Network, Port = 4000 };
        options.Relays.Add(world.Relay.Address);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1), world.Network.Time);
        await CatchAsync<TaskCanceledException>(AntsAgent.StartAsync(options, patience.Token));
        host.Network.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.IPv6Any, 4000)).Dispose();
    });

    [Test]
    public void Disposing_an_agent_ends_everything_under_way_with_a_clear_error() => Pair.Run(async (world, alice, bob) =>
    {
        Serve(bob, end: false);
        AntsSession session = await alice.ConnectAsync(bob.Id);
        AntsStream stream = await session.OpenStreamAsync("echo/1");
        Task call = alice.ConnectAsync(world.NextIdentity().Id);
        AntsStream silent = await session.OpenStreamAsync("echo/1");
        Task read = silent.Input.ReadAsync().AsTask();
        Task write = FillAsync(stream);
        Task accept = alice.AcceptSessionAsync().AsTask();
        List<Task> opening = [.. Enumerable.Range(0, 150).Select(_ => session.OpenStreamAsync("echo/1").AsTask())];
        await world.PassAsync(0.5);
        Assert.That(opening.Count(task => !task.IsCompleted), Is.GreaterThan(0), "some wait until the peer allows more");
        await Task.WhenAll(alice.DisposeAsync().AsTask(), alice.DisposeAsync().AsTask());
        foreach (Task task in opening.Where(task => !task.IsCompletedSuccessfully).Concat([call, read, write, accept]))
        {
            Assert.That((await CatchAsync(task)).Error, Is.EqualTo(AntsError.Closed));
        }

        Assert.That((await CatchAsync(session.OpenStreamAsync("echo/1").AsTask())).Error, Is.EqualTo(AntsError.Closed));
        await CatchAsync<ObjectDisposedException>(alice.ConnectAsync(bob.Id));
        await session.CloseAsync();
        Assert.That((await session.Closed).Error, Is.EqualTo(AntsError.Closed));
        await world.PassAsync(1);
        Assert.That(bob.Core.Peers, Is.Empty, "the peer was told");
        Assert.That(world.Relay.AgentCount, Is.EqualTo(1), "the relay was told");
    });

    [Test]
    public void A_relayed_peer_hears_at_once_that_the_agent_stops() => Pair.Run(async (world, alice, bob) =>
    {
        AntsSession session = await alice.ConnectAsync(bob.Id);
        await bob.AcceptSessionAsync();
        Instant start = world.Network.Now;
        await bob.DisposeAsync();
        CloseReason reason = await session.Closed;
        Assert.That(reason, Is.EqualTo(new CloseReason(true, AntsError.PeerClosed, "the agent stops")));
        Assert.That(world.Network.Now - start, Is.LessThan(TimeSpan.FromMilliseconds(50)));
    }, kind: NatKind.Symmetric);

    [Test]
    public void A_watch_of_paths_ends_with_its_token_and_with_the_session() => Pair.Run(async (world, alice, bob) =>
    {
        AntsSession session = await alice.ConnectAsync(bob.Id);
        using CancellationTokenSource stop = new();
        Task watch = WatchAsync(session, stop.Token);
        await world.PassAsync(1);
        await stop.CancelAsync();
        await CatchAsync<OperationCanceledException>(watch);
        Task other = WatchAsync(session, default);
        await session.CloseAsync();
        await other;
    });

    internal static void Serve(AntsAgent agent, bool end = true) => agent.Serve("echo/1", async (stream, ct) =>
    {
        await stream.Input.CopyToAsync(stream.Output, ct);
        if (!end)
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
    });

    internal static async Task EchoAsync(AntsSession session)
    {
        await using AntsStream stream = await session.OpenStreamAsync("echo/1");
        await stream.Output.WriteAsync("hello"u8.ToArray());
        await stream.Output.CompleteAsync();
        MemoryStream answer = new();
        await stream.Input.CopyToAsync(answer);
        Assert.That(answer.ToArray(), Is.EqualTo("hello"u8.ToArray()));
    }

    internal static Task EchoAsync(AntsSession session, AntsAgent server)
    {
        Serve(server);
        return EchoAsync(session);
    }

    internal static Task<AntsException> CatchAsync(Task task) => CatchAsync<AntsException>(task);

    /// <summary>What a task throws. NUnit's own would block the world's only thread.</summary>
    internal static async Task<T> CatchAsync<T>(Task task)
        where T : Exception
    {
        try
        {
            await task;
        }
        catch (T e)
        {
            return e;
        }

        throw new AssertionException("Nothing was thrown.");
    }

    private static async Task WatchAsync(AntsSession session, CancellationToken ct)
    {
        await foreach (PathChange _ in session.PathChanges(ct))
        {
        }
    }

    private static async Task FillAsync(AntsStream stream)
    {
        while (true)
        {
            await stream.Output.WriteAsync(new byte[100_000]);
        }
    }

    private static async Task ReadToEndAsync(AntsStream stream, AgentWorld world)
    {
        while (true)
        {
            await stream.Output.WriteAsync("x"u8.ToArray());
            System.IO.Pipelines.ReadResult read = await stream.Input.ReadAsync();
            stream.Input.AdvanceTo(read.Buffer.End);
            await world.PassAsync(0.1);
        }
    }
}
