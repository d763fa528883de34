using Ants.Protocol.Paths;

namespace Ants.Protocol.Sessions;

/// <summary>When a session next has something to do. Few paths and a handful of deadlines: computed, not kept.</summary>
internal static class SessionDeadlines
{
    /// <summary>Whoever began the handshake answers message 2 at once; 10 s cover every retransmission of it.</summary>
    public static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(10);

    /// <summary>The earliest of all deadlines.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">Its options.</param>
    /// <param name="pacedUntil">When to send what a pacer holds back.</param>
    /// <param name="deadline">The deadline of the session's state.</param>
    /// <param name="idle">When silence ends the session, or puts it to sleep.</param>
    public static Instant? Next(Session session, SessionOptions options, Instant? pacedUntil, Instant? deadline, Instant? idle)
    {
        Instant next = Instant.Min(deadline ?? Instant.Never, idle ?? Instant.Never);
        if (session.State == SessionState.Established)
        {
            next = Instant.Min(next, pacedUntil ?? Instant.Never);
            next = Instant.Min(next, session.Keys?.Receiving.Deadline ?? Instant.Never);
            foreach (Path path in session.Paths.All)
            {
                next = Instant.Min(next, path.Recovery.Deadline ?? Instant.Never);
                next = Instant.Min(next, path.Validation.Deadline ?? Instant.Never);
                next = Instant.Min(next, KeepAlive(path, options) ?? Instant.Never);
                next = Instant.Min(next, CanAcknowledge(session, path) ? path.Acks.Deadline ?? Instant.Never : Instant.Never);
            }
        }

        return next == Instant.Never ? null : next;
    }

    /// <summary>
    /// When a path needs a packet so that NATs keep its mapping, or proxies its connection. A relayed path needs none: the
    /// relay session has its own. Neither does one that already waits for an answer.
    /// </summary>
    public static Instant? KeepAlive(Path path, SessionOptions options) =>
        path.IsUsable && path.Remote.Kind != CarrierKind.Relayed && path.ProbesOwed == 0 && options.KeepAlive > TimeSpan.Zero
            && !path.Recovery.HasAckElicitingInFlight
            ? path.LastSent + options.KeepAlive
            : null;

    /// <summary>How a session ends whose peer was waited for in <paramref name="state"/> until the deadline.</summary>
    public static SessionEnd EndOf(SessionState state) => state == SessionState.Unconfirmed
        ? new(SessionEndCause.HandshakeTimeout, SessionErrorCode.NoPath, "the initiator went silent")
        : new(SessionEndCause.NoPath, SessionErrorCode.NoPath, "no path has worked for too long");

    private static bool CanAcknowledge(Session session, Path path) =>
        path.State == PathState.Failed
            ? session.Paths.Active is { } active && active.Room >= PacketSize.Least
            : path.Room >= PacketSize.Least;
}
