namespace Ants.Testing.Clock;

/// <summary>Virtual time as code under test sees it. One per host, so that hosts can disagree about the date.</summary>
internal sealed class WorldTime(World world) : TimeProvider
{
    // Any date will do, as long as it is the same in every run.
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far this clock's date is off; timers and timestamps do not feel it.</summary>
    public TimeSpan Skew { get; set; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => world.Now.Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => s_start + Skew + TimeSpan.FromTicks(world.Now.Ticks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        WorldTimer timer = new(world, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
