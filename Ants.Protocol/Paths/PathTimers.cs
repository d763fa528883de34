using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Paths;

/// <summary>Does what is due on the paths of a session: losses, probe timeouts, validations that nobody answered, keepalives.</summary>
internal sealed class PathTimers(SessionOptions options, PathSet paths, PathFailover failover, PathMigration migration, FrameFates fates)
{
    public void HandleTimeout(Instant now)
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
    }
}
