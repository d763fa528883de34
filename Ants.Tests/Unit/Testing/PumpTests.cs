using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PumpTests : IDisposable
{
    private readonly SimulatedNetwork _world;

    public PumpTests() => _world = new SimulatedNetwork(seed: 5);

    public void Dispose() => _world.Dispose();

    [Test]
    public void A_task_that_waits_for_nothing_is_a_deadlock_and_the_message_shows_the_world()
    {
        Ear bob = new(_world.AddHost(NatKind.Symmetric, "bob"), 4433);
        bob.Send(bob.EndPoint);
        TaskCompletionSource never = new();

        SimulationStalledException e = Assert.Throws<SimulationStalledException>(() => _world.Run(() => never.Task))!;

        Assert.That(e.Message, Does.StartWith("Deadlock: the task has not completed and nothing is left to do"));
        Assert.That(e.Message, Does.Contain("Host bob (10.0.1.1) behind bob-nat, ports 4433: sent 1, delivered 1"));
        Assert.That(e.Message, Does.Contain("seed 5"));
    }

    [Test]
    public void A_task_beyond_its_limit_times_out_just_then()
    {
        Assert.That(
            () => _world.Run(() => Task.Delay(TimeSpan.FromSeconds(10), _world.Time), TimeSpan.FromSeconds(9.999)),
            Throws.TypeOf<TimeoutException>().With.Message.Contains("the task did not complete within 00:00:09.9990000"));
        Assert.That(
            () => _world.Run(() => Task.Delay(TimeSpan.FromSeconds(10), _world.Time), TimeSpan.FromSeconds(10)),
            Throws.Nothing);
    }

    [Test]
    public void A_condition_is_waited_for_and_times_out_with_the_state()
    {
        bool isTrue = false;
        _world.Schedule(TimeSpan.FromSeconds(5), () => isTrue = true);
        _world.RunUntil(() => isTrue, TimeSpan.FromSeconds(6));
        Assert.That(_world.Now.Ticks, Is.EqualTo(5 * TimeSpan.TicksPerSecond));

        _world.Schedule(TimeSpan.FromSeconds(50), () => { });
        Assert.That(
            () => _world.RunUntil(() => false, TimeSpan.FromSeconds(6)),
            Throws.TypeOf<TimeoutException>().With.Message.Contains("Datagrams: sent 0"));
        Assert.That(_world.Now.Ticks, Is.EqualTo(11 * TimeSpan.TicksPerSecond));
    }

    [Test]
    public void A_result_and_an_exception_come_back()
    {
        Assert.That(_world.Run(() => Task.FromResult(42)), Is.EqualTo(42));
        Assert.That(() => _world.Run(() => Task.FromException(new FormatException("mine"))), Throws.TypeOf<FormatException>());
        Assert.That(() => _world.Run(() => throw new FormatException("mine")), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void What_a_callback_throws_ends_the_run()
    {
        _world.Schedule(TimeSpan.FromSeconds(1), () => throw new FormatException("mine"));

        Assert.That(() => _world.RunFor(TimeSpan.FromSeconds(2)), Throws.TypeOf<FormatException>());
        Assert.That(() => _world.RunFor(TimeSpan.FromSeconds(2)), Throws.Nothing, "the world runs on");
    }

    [Test]
    public void Runs_cannot_be_nested()
    {
        _world.Schedule(TimeSpan.Zero, () => _world.RunFor(TimeSpan.FromSeconds(1)));

        Assert.That(() => _world.RunFor(TimeSpan.FromSeconds(1)), Throws.InvalidOperationException);
    }

    [Test]
    public void A_world_that_turns_on_the_spot_is_stopped()
    {
        SimulatedTimer timer = null!;
        timer = _world.CreateTimer(() => timer.Set(_world.Now));
        timer.Set(_world.Now);

        Assert.That(() => _world.RunFor(TimeSpan.FromSeconds(1)), Throws.TypeOf<SimulationStalledException>());
    }

    [Test]
    public void Awaits_stay_on_the_worlds_thread_in_order()
    {
        List<int> order = [];
        int thread = Environment.CurrentManagedThreadId;
        _world.Run(async () =>
        {
            TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task[] waiters = [.. Enumerable.Range(0, 10).Select(Wait)];
            gate.SetResult();
            await Task.WhenAll(waiters);

            async Task Wait(int number)
            {
                await gate.Task;
                await Task.Yield();
                Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread));
                order.Add(number);
            }
        });

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(_world.ForeignPosts, Is.Zero);
    }
}
