using System.Diagnostics;

namespace Ants.Observing;

/// <summary>The activities of the attempts to find a direct path for one session, one after the other. On the driver.</summary>
internal sealed class TraversalActivity(AgentId peer, TimeProvider time)
{
    private Activity? _present;
    private int _probes;

    /// <summary>An attempt begins; one that still ran has been overtaken by it.</summary>
    public void Begin(int candidates)
    {
        End("superseded");
        _present = AntsActivities.BeginRoot("ants.traversal", ActivityKind.Internal, peer, time)?.SetTag("ants.candidates", candidates);
        _probes = 0;
    }

    /// <summary>A probe was sent.</summary>
    public void OnProbe() => _probes++;

    /// <summary>The attempt is over, if one runs.</summary>
    public void End(string outcome)
    {
        if (_present is { } activity)
        {
            activity.SetTag("ants.probes", _probes).SetTag("ants.outcome", outcome);
            AntsActivities.End(activity, time);
            _present = null;
        }
    }
}
