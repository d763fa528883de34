using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// The state of a session from its handshake to its end, and what moves it on: proof that the peer is live, silence, sleep, and the
/// word of either end.
/// </summary>
internal sealed class SessionLifetime(Session session, ISessionHost host)
{
    private readonly Dormancy _dormancy = new(session.Options, session.Paths);
    private IdleTimer _idle = new(session.Options.Parameters.IdleTimeout);
    private SessionClosing? _closing;

    public SessionState State { get; private set; }

    /// <summary>How the session ended; null while it has not.</summary>
    public SessionEnd? End { get; private set; }

    public bool IsOver => State is SessionState.Draining or SessionState.Closed;

    /// <summary>When something authentic last came.</summary>
    public Instant LastReceived => _idle.LastReceived;

    /// <summary>Until when the session may stay in its state; null for as long as it likes.</summary>
    public Instant? Deadline { get; private set; }

    /// <summary>When silence ends the session, or puts it to sleep.</summary>
    public Instant SilentUntil => State == SessionState.Established
        ? Instant.Min(_idle.Deadline, _dormancy.Deadline(_idle.LastReceived) ?? Instant.Never)
        : Instant.Never;

    /// <summary>The handshake is done, and its keys are there.</summary>
    public void OnStarted(Instant now, TimeSpan peerIdleTimeout)
    {
        _idle.LastReceived = now;
        _idle.OnPeerTimeout(peerIdleTimeout);
    }

    /// <summary>Waits for the initiator's first packet.</summary>
    public void AwaitProof(Instant now)
    {
        // Whoever goes on beginning anew does not keep an unproven session alive by it.
        Deadline = State == SessionState.Unconfirmed ? Deadline : now + SessionDeadlines.ConfirmWithin;
        State = SessionState.Unconfirmed;
    }

    /// <summary>The peer is proved to be live.</summary>
    public void Establish() => (State, Deadline) = (SessionState.Established, null);

    /// <summary>An authentic packet came.</summary>
    public void OnReceived(Instant now)
    {
        _idle.LastReceived = now;
        if (State == SessionState.Draining)
        {
            _closing?.OnPacket();
        }
    }

    /// <summary>What came shows that the peer is there: the session wakes, and its owner hears it if it heard of the sleep.</summary>
    public void OnLive(Instant now)
    {
        Wake(now);
        if (_dormancy.End())
        {
            session.Raise(new SessionEvent(SessionEventKind.Revived));
        }
    }

    /// <summary>A dormant session tries again.</summary>
    public void Wake(Instant now)
    {
        if (State == SessionState.Dormant)
        {
            Establish();
            _idle.LastReceived = now;
            _dormancy.Doubt(now);
        }
    }

    /// <summary>Acts when the time of its state, or what silence may last, is over.</summary>
    public void HandleTimeout(Instant now)
    {
        if (Deadline <= now || (State == SessionState.Established && _idle.Deadline <= now))
        {
            OnDeadline(now);
        }
    }

    /// <summary>Falls asleep when no path works any more.</summary>
    public void CheckDormancy(Instant now)
    {
        if (State != SessionState.Established || !_dormancy.IsDue(now, _idle.LastReceived))
        {
            return;
        }

        if (session.Options.Linger == TimeSpan.Zero)
        {
            Abort(new SessionEnd(SessionEndCause.NoPath, SessionErrorCode.NoPath, "no path works any more"));
            return;
        }

        State = SessionState.Dormant;
        if (_dormancy.Begin(now))
        {
            session.Raise(new SessionEvent(SessionEventKind.Dormant));
        }

        Deadline = _dormancy.EndsAt;
    }

    /// <summary>Ends the session and tells the peer on every path that works.</summary>
    public void Close(Instant now, SessionErrorCode code, string reason, SessionEndCause cause)
    {
        if (IsOver)
        {
            return;
        }

        SessionEnd end = new(cause, code, reason);
        if (State != SessionState.Established)
        {
            Abort(end);
            return;
        }

        _closing = new SessionClosing(session.Paths, new CloseFrame((ulong)code, reason));
        Drain(now, end);
    }

    public void OnPeerClose(Instant now, in CloseFrame frame)
    {
        if (!IsOver)
        {
            Drain(now, new SessionEnd(SessionEndCause.Peer, (SessionErrorCode)frame.Code, frame.Reason));
        }
    }

    /// <summary>Ends the session without a word to the peer.</summary>
    public void Abort(SessionEnd end)
    {
        if (State == SessionState.Closed)
        {
            return;
        }

        bool told = State == SessionState.Draining;
        (State, Deadline) = (SessionState.Closed, null);
        session.Cease();
        if (!told)
        {
            Conclude(end);
        }

        host.Wake(session);
    }

    /// <summary>Writes the next CLOSE that is due; false when there is none.</summary>
    public bool TryAssembleClose(Instant now, PacketAssembler assembler, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        (to, length) = (default, 0);
        return State == SessionState.Draining && _closing?.TryAssemble(now, assembler, buffer, out to, out length) == true;
    }

    private void OnDeadline(Instant now)
    {
        if (State == SessionState.Established)
        {
            Close(now, SessionErrorCode.NoPath, "nothing was heard within the idle timeout", SessionEndCause.NoPath);
        }
        else if (State == SessionState.Unconfirmed && host.IsInitiating(session))
        {
            // What overtook our own handshake was a replay, or its sender is gone. Ours still runs.
            session.ForgetHandshake();
            (Deadline, State) = (null, SessionState.Connecting);
        }
        else
        {
            Abort(End ?? SessionDeadlines.EndOf(State));
        }
    }

    private void Drain(Instant now, SessionEnd end)
    {
        (State, Deadline) = (SessionState.Draining, now + SessionClosing.DrainTime(session.Paths));
        Conclude(end);
    }

    private void Conclude(SessionEnd end)
    {
        End = end;
        session.Raise(new SessionEvent(SessionEventKind.Closed) { End = end });
    }
}
