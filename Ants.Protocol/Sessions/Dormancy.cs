using Ants.Protocol.Paths;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Knows when a session has no working path, since when it has heard nothing, and whether its owner was told. A prompt
/// to try again does not count as hearing: a session that only ever tries is still closed when its time is up.
/// </summary>
internal sealed class Dormancy(SessionOptions options, PathSet paths)
{
    private Instant? _since;

    /// <summary>Whether the owner has been told that the session sleeps, and not that it woke.</summary>
    public bool IsTold { get; private set; }

    /// <summary>When the session is to be closed.</summary>
    public Instant EndsAt => _since is { } since ? since + options.Linger : Instant.Never;

    /// <summary>Whether nothing is left to try, or nothing came although it was tried for long enough.</summary>
    public bool IsDue(Instant now, Instant lastReceived)
    {
        bool silent = paths.Active is { SuspectSince: { } suspect } && now - Instant.Max(lastReceived, suspect) >= options.DormantAfter;
        return silent || paths.IsStranded;
    }

    /// <summary>When <see cref="IsDue"/> may turn true by time alone.</summary>
    public Instant? Deadline(Instant lastReceived) =>
        paths.Active is { SuspectSince: { } suspect } ? Instant.Max(lastReceived, suspect) + options.DormantAfter : null;

    /// <summary>The session falls asleep; true when the owner has to hear it.</summary>
    public bool Begin(Instant now)
    {
        _since ??= now;
        bool news = !IsTold;
        IsTold = true;
        return news;
    }

    /// <summary>The session tries again: the path that was silent gets its time anew.</summary>
    public void Doubt(Instant now)
    {
        if (paths.Active is { SuspectSince: not null } active)
        {
            active.SuspectSince = now;
            active.ProbesOwed = 1;
        }
    }

    /// <summary>Something authentic came; true when the owner has to hear that the session woke.</summary>
    public bool End()
    {
        bool news = IsTold;
        IsTold = false;
        _since = null;
        return news;
    }
}
