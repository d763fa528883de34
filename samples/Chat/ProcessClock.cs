using System.Diagnostics;

namespace Ants.Samples.Chat;

/// <summary>Monotonic time since the process was started.</summary>
internal sealed class ProcessClock
{
    // Loading the runtime takes some 50 ms. A wall clock that was set meanwhile could make it anything, so more than this
    // is not believed.
    private static readonly TimeSpan s_maxStartup = TimeSpan.FromSeconds(5);

    private readonly long _created = Stopwatch.GetTimestamp();
    private readonly TimeSpan _startup;

    /// <summary>To be created first thing in the program.</summary>
    public ProcessClock()
    {
        TimeSpan startup = DateTime.Now - Process.GetCurrentProcess().StartTime;
        _startup = startup < TimeSpan.Zero || startup > s_maxStartup ? TimeSpan.Zero : startup;
    }

    /// <summary>The time since then.</summary>
    public TimeSpan Elapsed => _startup + Stopwatch.GetElapsedTime(_created);
}
