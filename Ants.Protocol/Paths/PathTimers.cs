using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Paths;

/// <summary>Does what is due on the paths of a session: losses, probe timeouts, validations that nobody answered, keepalives.</summary>
internal sealed class PathTimers(SessionOptions options, PathSet paths, PathFailover failover, PathMigration migration, FrameFates fates)
{
    /// <param name="now">The time.</param>
    /// <param name="lastReceived">When the session last heard from its peer.</param>
    public void HandleTimeout(Instant now, Instant lastReceived)
    {
        foreach (Path path in paths.All)
        {
            if (path.Recovery.OnTimeout(now, path.Id, fates) == TimeoutKind.ProbeTimeout)
            {
                failover.OnProbeTimeout(now, path);
            }

            if (SessionDeadlines.KeepAlive(path, options) <= now)
            {
                path.ProbesOwed = 1;
            }
        }

        // From the last, since a path that never worked is taken out.
        for (int i = paths.All.Count - 1; i >= 0; i--)
        {
            Path path = paths.All[i];
            while (path.Validation.TryExpire(now, out CarrierAddress target))
            {
                migration.OnSilence(now, path, target);
            }
        }

        if (paths.IsStranded && now - lastReceived < options.DormantAfter)
        {
            // All four challenges can be lost on a bad relay. What was heard a moment ago is worth another round.
            paths.ChallengeFailed(now);
        }
    }
}
