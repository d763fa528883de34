using System.Diagnostics;
using System.Globalization;

namespace Ants.Bench.Bars;

/// <summary>
/// A thread that does nothing but wake up every few milliseconds: how much later it wakes is how long this machine kept a program
/// waiting that had something to do. Silences are to be read beside it: no session can be quicker than its processor.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(5);

    private readonly Thread _thread;
    private volatile bool _isOver;
    private long _longestTicks;

    public Heartbeat()
    {
        _thread = new Thread(Beat) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>Prints the longest wait so far.</summary>
    public void Report(TextWriter output)
    {
        double longest = TimeSpan.FromTicks(Interlocked.Read(ref _longestTicks)).TotalMilliseconds;
        output.WriteLine($"longest that the machine kept the measuring program itself waiting, ms: {longest.ToString("F0", CultureInfo.InvariantCulture)}");
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Beat()
    {
        while (!_isOver)
        {
            long slept = Stopwatch.GetTimestamp();
            Thread.Sleep(s_beat);
            long late = (Stopwatch.GetElapsedTime(slept) - s_beat).Ticks;
            if (late > Interlocked.Read(ref _longestTicks))
            {
                Interlocked.Exchange(ref _longestTicks, late);
            }
        }
    }
}
