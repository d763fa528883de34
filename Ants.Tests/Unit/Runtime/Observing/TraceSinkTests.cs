using Ants.Observing;
using Ants.Protocol;
using Ants.Tests.Simulation.Observing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Observing;

/// <summary>What becomes of a trace's records when the disk is slow, full, or not there.</summary>
public class TraceSinkTests
{
    private readonly StepScheduler _scheduler = new();
    private readonly List<Exception> _failures = [];

    [SetUp]
    public void Clear() => _failures.Clear();

    [Test]
    public void What_a_slow_disk_does_not_take_is_left_out_and_counted_in_the_trace()
    {
        MemoryStream disk = new();
        TraceSink sink = new(() => disk, _scheduler, _failures.Add);
        QlogLog log = new(sink, long.MaxValue, Instant.Zero);
        Header(log);
        int told = 0;
        for (; told < 100_000; told++)
        {
            Tell(log, told);
        }

        _scheduler.RunAll();
        Assert.That(disk.Length, Is.LessThanOrEqualTo(TraceSink.MaxWaiting));
        Tell(log, told++);
        log.Complete(Instant.Zero);
        _scheduler.RunAll();

        TraceReader trace = new(disk.ToArray());
        long dropped = trace.Of("ants:events_dropped").Sum(e => e.Data.GetProperty("count").GetInt64());
        int written = trace.Of("test:event").Count();
        TestContext.Out.WriteLine($"{written} written, {dropped} dropped");
        Assert.That((written + dropped, dropped > 0, written > 1000), Is.EqualTo((told, true, true)));
        Assert.That(trace.Events[^1]["number"], Is.EqualTo($"{told - 1}"), "the trace goes on when the disk does");
        Assert.That((sink.Finished.IsCompletedSuccessfully, _failures.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public void A_disk_that_never_came_back_is_told_of_what_it_missed_at_the_end()
    {
        MemoryStream disk = new();
        TraceSink sink = new(() => disk, _scheduler, _failures.Add);
        QlogLog log = new(sink, long.MaxValue, Instant.Zero);
        Header(log);
        for (int i = 0; i < 100_000; i++)
        {
            Tell(log, i);
        }

        log.Complete(Instant.Zero);
        _scheduler.RunAll();
        Assert.That(new TraceReader(disk.ToArray()).Events[^1].Name, Is.EqualTo("ants:events_dropped"));
    }

    [Test]
    public void A_trace_ends_at_its_greatest_length_and_says_so()
    {
        const int max = 64 << 10;
        MemoryStream disk = new();
        TraceSink sink = new(() => disk, _scheduler, _failures.Add);
        QlogLog log = new(sink, max, Instant.Zero);
        Header(log);
        for (int i = 0; i < 5000; i++)
        {
            Tell(log, i);
            _scheduler.RunAll();
        }

        log.Complete(Instant.Zero);
        _scheduler.RunAll();
        Assert.That(disk.ToArray().Length, Is.InRange(max / 2, max));
        TraceReader trace = new(disk.ToArray());
        Assert.That((trace.Events[^1].Name, trace.Of("ants:events_dropped").Count()), Is.EqualTo(("ants:trace_truncated", 0)));
    }

    [Test]
    public void An_error_ends_the_trace_once_and_is_told_once()
    {
        int opened = 0;
        TraceSink sink = new(() => opened++ == 0 ? throw new UnauthorizedAccessException("no") : new MemoryStream(), _scheduler, _failures.Add);
        Assert.That(sink.TryAdd([1]));
        _scheduler.RunAll();
        Assert.That((sink.IsOver, sink.TryAdd([2]), _failures.Count), Is.EqualTo((true, false, 1)));
        sink.Complete();
        _scheduler.RunAll();
        Assert.That((opened, sink.Finished.IsCompletedSuccessfully, _failures.Count), Is.EqualTo((1, true, 1)));
    }

    [Test]
    public void A_session_that_is_not_to_be_traced_costs_nothing_further()
    {
        TraceSink sink = new(() => null, _scheduler, _failures.Add);
        sink.TryAdd([1]);
        _scheduler.RunAll();
        Assert.That((sink.IsOver, _failures.Count), Is.EqualTo((true, 0)));
        Assert.That(new QlogLog(sink, long.MaxValue, Instant.Zero).Begin(Instant.Zero, "test:event"u8, "session"), Is.Null);
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_ends_the_trace()
    {
        TraceSink sink = new(() => new FileStream("/dev/full", FileMode.Open, FileAccess.Write), _scheduler, _failures.Add);
        sink.TryAdd(new byte[100_000]);
        sink.Complete();
        _scheduler.RunAll();
        Assert.That(_failures, Has.Count.GreaterThanOrEqualTo(1).And.All.TypeOf<IOException>());
        Assert.That((sink.IsOver, sink.Finished.IsCompletedSuccessfully), Is.EqualTo((true, true)));
    }

    private static void Header(QlogLog log)
    {
        log.BeginHeader();
        log.End();
    }

    private static void Tell(QlogLog log, int number)
    {
        log.Begin(Instant.Zero, "test:event"u8, "session")?.WriteNumber("number"u8, number);
        log.EndEvent();
    }
}
