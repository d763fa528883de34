using System.Diagnostics;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VirtualTimeTests : IDisposable
{
    private readonly SimulatedNetwork _world;

    public VirtualTimeTests() => _world = new SimulatedNetwork();

    public void Dispose() => _world.Dispose();

    [Test]
    public void A_delay_of_a_year_takes_no_time_and_ends_to_the_tick()
    {
        Stopwatch watch = Stopwatch.StartNew();
        _world.Run(() => Task.Delay(TimeSpan.FromDays(40), _world.Time), TimeSpan.FromDays(50));

        Assert.That(_world.Now, Is.EqualTo(Instant.Zero + TimeSpan.FromDays(40)));
        Assert.That(_world.Time.GetUtcNow(), Is.EqualTo(new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)));
        Assert.That(_world.ForeignPosts, Is.Zero);
    }

    [Test]
    public void Timestamps_and_timers_agree()
    {
        _world.Run(async () =>
        {
            long start = _world.Time.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(1234), _world.Time);
            Assert.That(_world.Time.GetElapsedTime(start), Is.EqualTo(TimeSpan.FromMilliseconds(1234)));
        });
    }

    [Test]
    public void A_periodic_timer_ticks_on_virtual_time()
    {
        _world.Run(async () =>
        {
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(7), _world.Time);
            for (int i = 1; i <= 5; i++)
            {
                Assert.That(await timer.WaitForNextTickAsync(), Is.True);
                Assert.That(_world.Now, Is.EqualTo(Instant.Zero + TimeSpan.FromSeconds(7 * i)));
            }
        });
        Assert.That(_world.ForeignPosts, Is.Zero);
    }

    [Test]
    public void A_cancellation_source_times_out_on_virtual_time()
    {
        _world.Run(async () =>
        {
            using CancellationTokenSource source = new(TimeSpan.FromSeconds(3), _world.Time);
            TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await never.Task.WaitAsync(source.Token);
                Assert.Fail("It cannot complete.");
            }
            catch (OperationCanceledException)
            {
                Assert.That(_world.Now, Is.EqualTo(Instant.Zero + TimeSpan.FromSeconds(3)));
            }
        });
    }

    [Test]
    public void A_timer_can_be_changed_and_disposed()
    {
        List<double> fired = [];
        ITimer timer = _world.Time.CreateTimer(
            _ => fired.Add(TimeSpan.FromTicks(_world.Now.Ticks).TotalSeconds), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _world.RunFor(TimeSpan.FromSeconds(4));
        timer.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _world.RunFor(TimeSpan.FromSeconds(20));
        timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        timer.Dispose();
        _world.RunFor(TimeSpan.FromSeconds(20));

        Assert.That(fired, Is.EqualTo(new[] { 1.0, 3.0, 14.0 }));
        Assert.That(timer.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_timer_keeps_the_flow_of_its_maker()
    {
        AsyncLocal<string> flow = new();
        string? seen = null;
        flow.Value = "maker";
        _world.Time.CreateTimer(_ => seen = flow.Value, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        flow.Value = "runner";
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(seen, Is.EqualTo("maker"));
    }

    [Test]
    public void Clocks_of_hosts_can_be_off()
    {
        SimulatedHost host = _world.AddHost();
        host.ClockSkew = TimeSpan.FromHours(-5);

        Assert.That(_world.Time.GetUtcNow() - host.Time.GetUtcNow(), Is.EqualTo(TimeSpan.FromHours(5)));
        Assert.That(host.Time.GetTimestamp(), Is.EqualTo(_world.Time.GetTimestamp()));
    }

    [Test]
    public void Scheduled_actions_run_at_their_instant_in_order_and_can_be_moved()
    {
        List<string> ran = [];
        _world.Schedule(TimeSpan.FromSeconds(2), () => ran.Add("second"));
        _world.Schedule(TimeSpan.FromSeconds(1), () => ran.Add("first"));
        _world.Schedule(TimeSpan.FromSeconds(2), () => ran.Add("third"));
        SimulatedTimer moved = _world.Schedule(Instant.Zero, () => ran.Add("moved"));
        SimulatedTimer cancelled = _world.Schedule(Instant.Zero, () => ran.Add("cancelled"));
        moved.Set(Instant.Zero + TimeSpan.FromSeconds(3));
        cancelled.Set(null);
        Assert.That(moved.Due, Is.EqualTo(Instant.Zero + TimeSpan.FromSeconds(3)));
        _world.RunFor(TimeSpan.FromSeconds(3));

        Assert.That(ran, Is.EqualTo(new[] { "first", "second", "third", "moved" }));
        Assert.That(cancelled.Due, Is.Null);
    }
}
