using System.Diagnostics;

namespace Ants.Observing;

/// <summary>
/// The source of activities <c>Ants</c>; docs/operations.md says what they are and what their tags hold. Where nobody listens a call costs one look.
/// Nothing of an activity travels to the peer.
/// </summary>
internal static class AntsActivities
{
    private static readonly ActivitySource s_source = new(AgentInstruments.Name);

    /// <summary>Begins an activity of the caller's; null when nobody listens.</summary>
    public static Activity? Begin(string name, ActivityKind kind, AgentId peer, TimeProvider time) =>
        s_source.HasListeners() ? s_source.StartActivity(name, kind, default(ActivityContext), startTime: time.GetUtcNow())?.SetTag("ants.peer.id", peer.ToString()) : null;

    /// <summary>Begins one that belongs to no caller: what runs on the driver, and what a peer has caused.</summary>
    public static Activity? BeginRoot(string name, ActivityKind kind, AgentId peer, TimeProvider time)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        Activity? present = Activity.Current;
        Activity.Current = null;
        Activity? begun = Begin(name, kind, peer, time);
        Activity.Current = present;
        return begun;
    }

    /// <summary>Ends an activity, and leaves the present one of the caller as it is.</summary>
    public static void End(Activity activity, TimeProvider time)
    {
        Activity? present = Activity.Current;
        activity.SetEndTime(time.GetUtcNow().UtcDateTime);
        activity.Dispose();
        Activity.Current = present == activity ? activity.Parent : present;
    }
}
