using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Ants.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public class EndpointDriverTests
{
    [Test]
    public void Work_that_throws_leaves_the_other_work_alone()
    {
        using SimulatedNetwork world = new();
        Owner owner = new();
        EndpointDriver driver = Start(world, owner);
        List<int> done = [];
        driver.Post(() => done.Add(1));
        driver.Post(() => throw new InvalidOperationException("a bug"));
        driver.Post(() => done.Add(2));
        world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(done, Is.EqualTo([1, 2]));
    }

    [Test]
    public void What_is_posted_lazily_takes_no_turn_and_is_done_in_order_in_the_next()
    {
        using SimulatedNetwork world = new();
        EndpointDriver driver = Start(world, new Owner());
        List<int> done = [];
        driver.PostLazily(number => done.Add((int)number!), 1);
        world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That((done.Count, driver.Turns), Is.EqualTo((0, 0)));
        driver.Post(() => done.Add(2));
        world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(done, Is.EqualTo([1, 2]));
        driver.PostLazily(number => done.Add((int)number!), 3);
        driver.Hurry();
        world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(done, Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void A_timer_that_always_throws_is_met_ten_times_a_second_and_no_more()
    {
        using SimulatedNetwork world = new();
        Owner owner = new() { NextTimeout = new Instant(0), OnTimeout = () => throw new InvalidOperationException("a bug") };
        EndpointDriver driver = Start(world, owner);
        driver.Post(() => { });
        world.RunFor(TimeSpan.FromSeconds(10));
        Assert.That(driver.Turns, Is.InRange(90, 105));
    }

    [TestCase(1000)]
    [TestCase(1000.4)]
    [TestCase(0.1)]
    public void A_timer_fires_once_and_neither_early_nor_a_millisecond_late(double ms)
    {
        using SimulatedNetwork world = new();
        Owner owner = new();
        EndpointDriver driver = Start(world, owner);
        Instant due = new(TimeSpan.FromMilliseconds(ms).Ticks);
        List<double> fired = [];
        owner.NextTimeout = due;
        owner.OnTimeout = () =>
        {
            fired.Add(TimeSpan.FromTicks(driver.Now.Ticks).TotalMilliseconds);
            owner.NextTimeout = null;
        };
        driver.Post(() => { });
        world.RunFor(TimeSpan.FromSeconds(10));
        Assert.That(fired, Has.Count.EqualTo(1));
        Assert.That(fired[0], Is.InRange(ms, ms + 1));
        Assert.That(driver.Turns, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public void What_is_posted_after_the_end_is_done_and_disposing_twice_is_once()
    {
        using SimulatedNetwork world = new();
        EndpointDriver driver = Start(world, new Owner());
        world.Run(async () =>
        {
            await Task.WhenAll(driver.DisposeAsync().AsTask(), driver.DisposeAsync().AsTask());
            await driver.DisposeAsync();
            Assert.That(await driver.InvokeAsync(() => 42), Is.EqualTo(42));
        });
    }

    [Test]
    public void What_an_invocation_throws_is_its_tasks()
    {
        using SimulatedNetwork world = new();
        EndpointDriver driver = Start(world, new Owner());
        Task<int> failed = driver.InvokeAsync<int>(() => throw new InvalidOperationException("a bug"));
        world.RunUntil(() => failed.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.That(failed.Exception?.InnerException, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void Work_that_makes_work_for_itself_does_not_keep_the_socket_waiting()
    {
        using SimulatedNetwork world = new();
        Owner owner = new();
        EndpointDriver driver = Start(world, owner);
        int rounds = 0;
        owner.OnTimeout = () => { };
        void Again()
        {
            if (++rounds < 10_000)
            {
                driver.Post(Again);
            }
        }

        driver.Post(Again);
        world.RunUntil(() => rounds == 10_000, TimeSpan.FromSeconds(1));
    }

    private static EndpointDriver Start(SimulatedNetwork world, Owner owner)
    {
        SimulatedHost host = world.AddHost();
        EndpointDriver driver = new(host.Network, host.Network.Bind(new IPEndPoint(IPAddress.Any, 0)), AgentIdentity.Generate(), owner, NullLogger.Instance);
        driver.Start();
        return driver;
    }

    private sealed class Owner : IEndpointOwner
    {
        public Instant? NextTimeout { get; set; }

        public Action OnTimeout { get; set; } = static () => { };

        public void OnRequest(HandshakeRequest request) => throw new NotSupportedException();

        public void OnSessionEvent(Session session, in SessionEvent e) => throw new NotSupportedException();

        public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
        {
            onward = null;
            return false;
        }

        public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => false;

        public void HandleTimeout(Instant now) => OnTimeout();
    }
}
