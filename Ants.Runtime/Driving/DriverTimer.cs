using Ants.Protocol;

namespace Ants.Driving;

/// <summary>
/// One timer of the system for all deadlines of a driver. It is set again only when the earliest deadline has changed or
/// the timer has fired: most turns change neither.
/// </summary>
internal sealed class DriverTimer : IAsyncDisposable
{
    private readonly ITimer _timer;
    private readonly Action _due;
    private Instant _setFor = Instant.Never;
    private int _hasFired;

    public DriverTimer(TimeProvider time, Action due)
    {
        _due = due;
        _timer = time.CreateTimer(static timer => ((DriverTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has the driver called at <paramref name="at"/>, and not before; <see cref="Instant.Never"/> for never.</summary>
    public void Set(Instant at, Instant now)
    {
        bool hasFired = Interlocked.Exchange(ref _hasFired, 0) == 1;
        if (at == _setFor && !hasFired)
        {
            return;
        }

        _setFor = at;

        // Timers of systems count whole milliseconds; rounded up, one never fires early and has to be set twice.
        TimeSpan due = at == Instant.Never ? Timeout.InfiniteTimeSpan
            : at <= now ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Ceiling((at - now).TotalMilliseconds));
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Fire()
    {
        Volatile.Write(ref _hasFired, 1);
        _due();
    }
}
