using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class StandbySchedulerTests
{
    private readonly StandbyScheduler _scheduler = new();

    [Test]
    public async Task Everything_runs_once_whoever_schedules_it(CancellationToken ct)
    {
        const int threads = 4, each = 50_000;
        int[] runs = new int[threads * each * 2];
        using CountdownEvent left = new(runs.Length);
        Task[] schedulers = [.. Enumerable.Range(0, threads).Select(thread => Task.Run(
            () =>
            {
                for (int i = 0; i < each; i++)
                {
                    _scheduler.Schedule(Count, (thread * each) + i);
                }
            },
            ct))];
        await Task.WhenAll(schedulers);
        left.Wait(ct);
        Assert.That(runs, Is.All.EqualTo(1));

        void Count(object? state)
        {
            int index = (int)state!;
            Interlocked.Increment(ref runs[index]);
            if (index < threads * each)
            {
                // From within another, as a continuation does that ends a wait.
                _scheduler.Schedule(Count, index + (threads * each));
            }

            left.Signal();
        }
    }

    [Test]
    public async Task What_blocks_holds_up_nothing_else(CancellationToken ct)
    {
        using ManualResetEventSlim release = new();
        await OnStandbyAsync(ct);
        TaskCompletionSource blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _scheduler.Schedule(
            _ =>
            {
                blocked.SetResult();
                release.Wait(ct);
            },
            null);
        await blocked.Task.WaitAsync(ct);
        for (int i = 0; i < 100; i++)
        {
            await RunAsync(static () => true, ct);
        }

        release.Set();
    }

    [Test]
    public async Task The_thread_takes_up_what_comes_after_it_slept(CancellationToken ct)
    {
        Thread? standby = null;
        await OnStandbyAsync(ct);
        while (!await RunAsync(() => (standby = IsStandby ? Thread.CurrentThread : null) is not null, ct))
        {
            await Task.Delay(1, ct);
        }

        for (int i = 0; i < 5; i++)
        {
            Assert.That(() => standby!.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Is.True.After(30_000, 1), "It looks for nothing.");
            Assert.That(await RunAsync(() => Thread.CurrentThread == standby, ct), Is.True);
        }
    }

    [Test]
    public async Task What_one_leaves_behind_is_not_the_next_ones(CancellationToken ct)
    {
        AsyncLocal<int> local = new();
        await OnStandbyAsync(ct);
        bool wasThere = false;
        for (int i = 0; i < 10_000 && !wasThere; i++)
        {
            wasThere = await RunAsync(
                () =>
                {
                    local.Value = 1;
                    SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                    return IsStandby;
                },
                ct);
        }

        Assert.That(wasThere, Is.True);
        (int Value, SynchronizationContext? Context) found = (1, null);
        bool isThere = false;
        for (int i = 0; i < 10_000 && !isThere; i++)
        {
            isThere = await RunAsync(
                () =>
                {
                    found = IsStandby ? (local.Value, SynchronizationContext.Current) : found;
                    return IsStandby;
                },
                ct);
        }

        Assert.That(isThere, Is.True);
        Assert.That(found, Is.EqualTo((0, (SynchronizationContext?)null)));
    }

    private static bool IsStandby => Thread.CurrentThread.Name == "ANTS standby";

    /// <summary>Schedules until the thread that stands by, which is made by the first, has run one.</summary>
    private async Task OnStandbyAsync(CancellationToken ct)
    {
        while (!await RunAsync(static () => IsStandby, ct))
        {
            await Task.Delay(1, ct);
        }
    }

    private async Task<bool> RunAsync(Func<bool> work, CancellationToken ct)
    {
        TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _scheduler.Schedule(_ => done.SetResult(work()), null);
        return await done.Task.WaitAsync(ct);
    }
}
