namespace Ants.Agents;

/// <summary>
/// Notices that the host was asleep: more time has passed than a timer was set for. NATs have forgotten it then, and relays have given
/// it up. Everything happens on the driver.
/// </summary>
/// <remarks>
/// Both clocks are looked at: some systems' monotonic clock stands still in sleep, so that only the date jumps (Linux, macOS); with
/// others it goes on, and the timer comes late (Windows). A date that is set by hand looks like a sleep, and costs one round of
/// PINGs.
/// </remarks>
internal sealed class SleepWatch
{
    // Whoever wakes waits this long at most, and most are told sooner, since their network comes back with them. Four times a minute is
    // nothing beside what else a machine that is awake does.
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);

    // Later than the busiest machine, and less than what a NAT bears: mappings live 30 s and more.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(10);

    private readonly AgentCore _core;
    private readonly TimeProvider _time;
    private readonly Action _woke;
    private DateTimeOffset _date;
    private long _timestamp;

    public SleepWatch(AgentCore core, TimeProvider time, Action woke)
    {
        _core = core;
        _time = time;
        _woke = woke;
        Wait();
    }

    private void Wait()
    {
        _date = _time.GetUtcNow();
        _timestamp = _time.GetTimestamp();
        _core.After(s_interval, Look);
    }

    private void Look()
    {
        TimeSpan byDate = _time.GetUtcNow() - _date, byTimer = _time.GetElapsedTime(_timestamp);
        Wait();
        if (byDate > s_interval + s_tolerance || byTimer > s_interval + s_tolerance)
        {
            _woke();
        }
    }
}
