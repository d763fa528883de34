using System.Diagnostics;

namespace Ants.Observing;

/// <summary>The activity of one call: to a peer, for a stream, or of a handler. Nothing when nobody listens.</summary>
internal readonly struct CallActivity : IDisposable
{
    private readonly Activity? _activity;
    private readonly TimeProvider _time;

    private CallActivity(Activity? activity, TimeProvider time) => (_activity, _time) = (activity, time);

    public static CallActivity Connect(AgentId peer, TimeProvider time) =>
        new(AntsActivities.Begin("ants.connect", ActivityKind.Client, peer, time), time);

    public static CallActivity OpenStream(AgentId peer, string protocol, TimeProvider time) =>
        new(AntsActivities.Begin("ants.stream.open", ActivityKind.Client, peer, time)?.SetTag("ants.protocol", protocol), time);

    /// <summary>
    /// Of a handler, whose own activities are to be its children. <paramref name="protocol"/> is one that is served: what else a peer asks for does
    /// not get into tags.
    /// </summary>
    public static CallActivity Serve(AgentId peer, string protocol, TimeProvider time)
    {
        Activity? activity = AntsActivities.BeginRoot("ants.stream.serve", ActivityKind.Server, peer, time)?.SetTag("ants.protocol", protocol);
        if (activity is not null)
        {
            Activity.Current = activity;
        }

        return new CallActivity(activity, time);
    }

    /// <summary>There is a session.</summary>
    public void Succeed(PathKind path)
    {
        _activity?.SetTag("ants.path", path == PathKind.Direct ? "direct" : "relayed");
        Succeed();
    }

    public void Succeed() => _activity?.SetTag("ants.outcome", "completed");

    public void Fail(Exception e) => _activity?.SetTag("ants.outcome", "failed")
        .SetTag("error.type", e switch
        {
            AntsException known => known.Error.ToString(),
            OperationCanceledException => "cancelled",
            _ => e.GetType().FullName,
        })
        .SetStatus(ActivityStatusCode.Error);

    public void Dispose()
    {
        if (_activity is not null)
        {
            AntsActivities.End(_activity, _time);
        }
    }
}
