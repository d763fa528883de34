using System.IO.Pipelines;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

/// <summary>Work that leaves the world's thread: noticed, waited for, counted.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ForeignWorkTests : IDisposable
{
    private readonly SimulatedNetwork _world;

    public ForeignWorkTests() => _world = new SimulatedNetwork();

    public void Dispose() => _world.Dispose();

    [Test]
    public void Time_stands_still_while_the_thread_pool_works()
    {
        // Without care this timer would fire, again and again, while the pool is at work: long enough to outlast a busy machine.
        int ticks = 0;
        using ITimer timer = _world.Time.CreateTimer(
            _ => ticks++, null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
        _world.Run(async () => await Task.Run(() => Thread.SpinWait(5_000_000)));

        Assert.That(ticks, Is.Zero);
        Assert.That(_world.Now, Is.EqualTo(Instant.Zero));
        Assert.That(_world.ForeignPosts, Is.GreaterThan(0));
    }

    [Test]
    public void A_world_may_run_on_a_thread_of_the_pool()
    {
        Task<Instant> run = Task.Run(() =>
        {
            using SimulatedNetwork world = new();
            world.Run(async () =>
            {
                await Task.Run(() => Thread.SpinWait(100_000));
                await Task.Delay(TimeSpan.FromSeconds(5), world.Time);
            });
            return world.Now;
        });

        Assert.That(run.Result, Is.EqualTo(Instant.Zero + TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Files_can_be_read_within_a_world()
    {
        string file = Path.GetTempFileName();
        try
        {
            _world.Schedule(TimeSpan.FromSeconds(1), () => { });
            byte[] read = _world.Run(async () =>
            {
                await File.WriteAllBytesAsync(file, new byte[100_000]);
                return await File.ReadAllBytesAsync(file);
            });

            Assert.That(read, Has.Length.EqualTo(100_000));
            Assert.That(_world.Now, Is.EqualTo(Instant.Zero));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_world_with_nothing_to_do_waits_for_another_thread()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() => done.SetResult());
        _world.Run(async () =>
        {
            thread.Start();
            await done.Task;
        });
        thread.Join();

        Assert.That(_world.ForeignPosts, Is.InRange(0, 1));
    }

    [Test]
    public void Pipes_on_the_worlds_scheduler_stay_in_the_world()
    {
        PipeOptions options = new(readerScheduler: _world.Scheduler, writerScheduler: _world.Scheduler);
        Pipe first = new(options);
        Pipe second = new(options);
        int received = _world.Run(async () =>
        {
            Task copying = first.Reader.CopyToAsync(second.Writer);
            int total = 0;
            for (int i = 0; i < 10; i++)
            {
                await first.Writer.WriteAsync(new byte[10_000]);
                await Task.Delay(TimeSpan.FromMilliseconds(1), _world.Time);
                ReadResult result = await second.Reader.ReadAsync();
                total += (int)result.Buffer.Length;
                second.Reader.AdvanceTo(result.Buffer.End);
            }

            await first.Writer.CompleteAsync();
            await copying;
            return total;
        });

        Assert.That(received, Is.EqualTo(100_000));
        Assert.That(_world.ForeignPosts, Is.Zero);
    }

    [Test]
    public void Another_thread_may_post_but_not_enter()
    {
        bool ran = false;
        Exception? refused = null;
        Thread thread = new(() =>
        {
            _world.Context.Post(_ => ran = true, null);
            refused = Assert.Catch(() => _world.Context.Send(_ => { }, null));
        });
        thread.Start();
        thread.Join();
        _world.RunFor(TimeSpan.Zero);

        Assert.That(ran, Is.True);
        Assert.That(refused, Is.TypeOf<NotSupportedException>());
        Assert.That(_world.ForeignPosts, Is.EqualTo(1));
    }
}
