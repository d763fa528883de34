using System.Diagnostics;

namespace Ants.Samples.Throughput.Measuring;

/// <summary>
/// Counts the bytes of one end from the end of the warm-up for as long as is to be measured. Both begin with the first byte. May be used from
/// many threads.
/// </summary>
/// <param name="length">For how long.</param>
/// <param name="packets">Reads how many packets this process has sent and received so far, at both ends of that time; null when nobody counts them.</param>
internal sealed class ByteWindow(TimeSpan length, Func<long>? packets = null)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Report> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Phase _phase;
    private long _total;
    private long _next;
    private long _openedAt;
    private Usage _before;

    private enum Phase
    {
        Nothing,
        WarmUp,
        Measuring,
        Over,
    }

    /// <summary>Completes with the warm-up.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes with what was counted.</summary>
    public Task<Report> Closed => _closed.Task;

    /// <summary>Counts bytes that have just come or gone.</summary>
    public void Count(long bytes)
    {
        Interlocked.Add(ref _total, bytes);
        if (Stopwatch.GetTimestamp() >= Volatile.Read(ref _next))
        {
            Turn();
        }
    }

    /// <summary>
    /// What this sending end and the receiving end found, when both have counted enough: neither may stop before the other has.
    /// </summary>
    /// <exception cref="ThroughputException">The receiving end says that it does not count.</exception>
    public async Task<Figure> CompareAsync(Stream reports, CancellationToken ct)
    {
        Report received = (await Report.ReadAsync(reports, ct)).OrThrow();
        return Figure.Of(await Closed.WaitAsync(ct), received);
    }

    /// <summary>Ends it without a measurement, if it is not over.</summary>
    public void Spoil(Verdict verdict) => _closed.TrySetResult(Report.Of(verdict));

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void Turn()
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            if (now < _next)
            {
                return;
            }

            switch (_phase++)
            {
                case Phase.Nothing:
                    Volatile.Write(ref _next, now + Ticks(Request.WarmUp));
                    break;
                case Phase.WarmUp:
                    (_openedAt, _before) = (now, Read());
                    Volatile.Write(ref _next, now + Ticks(length));
                    _opened.SetResult();
                    break;
                default:
                    Volatile.Write(ref _next, long.MaxValue);
                    Usage used = Read();
                    _closed.TrySetResult(new Report(
                        Verdict.Counts, used.Bytes - _before.Bytes, Stopwatch.GetElapsedTime(_openedAt, now), used.Cpu - _before.Cpu)
                    {
                        Allocated = used.Allocated - _before.Allocated,
                        Packets = used.Packets - _before.Packets,
                    });
                    break;
            }
        }
    }

    // What a thread has left of its last piece of memory counts as allocated: kilobytes, where a window's packets are hundreds of thousands. An exact
    // count would stop all threads.
    private Usage Read() => new(
        Interlocked.Read(ref _total), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: false), packets?.Invoke() ?? 0);

    /// <summary>What has been counted and used since the process began.</summary>
    private readonly record struct Usage(long Bytes, TimeSpan Cpu, long Allocated, long Packets);
}
