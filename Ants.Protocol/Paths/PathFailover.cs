using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Paths;

/// <summary>
/// Finds a dead path by evidence, not by long timers. At the first probe timeout the oldest unacknowledged frames are
/// copied onto the best standby. At the second the path is given up if nothing authentic has come on it since the first
/// and the standby has delivered; at the third even if something came, since then only the way out is broken.
/// </summary>
internal sealed class PathFailover(PathSet paths, FrameFates fates)
{
    // RFC 9002 section 6.2.4 allows two probes a timeout; two full packets carry what an interactive session has under way.
    private const int CopiedPackets = 2;

    private const int SilentTimeouts = 2, DeafTimeouts = 3;

    /// <summary>The peer told what became of its end of <paramref name="path"/>; <paramref name="number"/> says when.</summary>
    public void OnPeerStatus(Instant now, Path path, PathStatus status, ulong number)
    {
        if (status == PathStatus.Failed)
        {
            OnPeerGaveUp(now, path, heard: number);
        }
        else if (status == PathStatus.Moved && path.IsUsable)
        {
            OnPeerMoved(now, path, first: number);
        }
    }

    /// <summary>
    /// The peer's end of <paramref name="path"/> is in another network, from its packet <paramref name="first"/> on. If none of those has
    /// come yet, a direct path still leads to where the peer is no more.
    /// </summary>
    private void OnPeerMoved(Instant now, Path path, ulong first)
    {
        bool follows = !path.IsDirect || path.Acks.Largest >= first;
        if (!follows && paths.All.Any(other => other != path && other.IsUsable))
        {
            paths.Fail(now, path, fates);
        }
        else
        {
            path.Restart(now, fates);
        }
    }

    /// <summary>
    /// The peer gave <paramref name="path"/> up, after it had received the packets below <paramref name="heard"/> on it. That is
    /// evidence as good as our own, unless it has answered a later challenge since: then the news is old.
    /// </summary>
    private void OnPeerGaveUp(Instant now, Path path, ulong heard)
    {
        bool old = path.ProvenBelow > 0 && heard <= path.ProvenBelow;
        if (!path.IsUsable || old)
        {
            return;
        }

        if (paths.All.Any(other => other != path && other.IsUsable))
        {
            paths.Fail(now, path, fates);
        }
        else
        {
            path.ProbesOwed = 1;
        }
    }

    /// <summary>
    /// The local socket or link refused a datagram to <paramref name="to"/>. Its path is given up at once if another one works; a
    /// relayed one in any case, since its link is gone, and one over a WebSocket for good, since that does not come back. True
    /// when it was.
    /// </summary>
    public bool TryOnSendError(Instant now, CarrierAddress to)
    {
        if (paths.FindByRemote(to) is not { } path)
        {
            return false;
        }

        if (to.Kind == CarrierKind.WebSocket && path.Id > ProbePath.PathId)
        {
            paths.Abandon(now, path, fates, tellPeer: true);
            return true;
        }

        if (!path.IsUsable || (path == paths.Active && path.IsDirect && paths.BestStandby(path) is null))
        {
            return false;
        }

        paths.Fail(now, path, fates);
        return true;
    }

    /// <summary>
    /// Asks on every path whether the peer is there. Where our own end has <paramref name="moved"/>, what was under way is lost, and is
    /// sent again. A direct path is not waited for, if there is a relayed one: the peer's NAT may let nothing in that comes from a
    /// new address, and what the peer sends goes to the old one. The peer hears of it over the relay, and both come back as soon as
    /// a challenge is answered.
    /// </summary>
    public void TryAllAgain(Instant now, Func<CarrierAddress, bool>? moved)
    {
        bool relayed = paths.All.Any(path => path is { IsUsable: true, Remote.Kind: CarrierKind.Relayed });
        foreach (Path path in paths.All.Where(path => path.IsUsable && moved?.Invoke(path.Remote) == true).ToArray())
        {
            if (path.IsDirect && relayed)
            {
                paths.Fail(now, path, fates);
            }
            else
            {
                path.Restart(now, fates);
            }

            paths.Tell(path, PathStatus.Moved, path.Recovery.NextPacketNumber);
        }

        paths.TryAllAgain(now);
    }

    /// <summary>A probe timeout of <paramref name="path"/> passed.</summary>
    public void OnProbeTimeout(Instant now, Path path)
    {
        if (!path.IsUsable)
        {
            // A validation has a schedule of its own.
            return;
        }

        path.SuspectSince ??= now;
        if (TryDemote(now, path))
        {
            return;
        }

        path.ProbesOwed = 1;
        Path? standby = path.State == PathState.Active ? paths.BestStandby(path) : null;
        if (path.State == PathState.Active)
        {
            CopyOldest(path);
        }

        if (standby is not null)
        {
            standby.CopiesOwed = CopiedPackets;
            AskOthers(path, standby);
        }
        else if (path.State == PathState.Active)
        {
            paths.ChallengeFailed(now);
            if (path.Recovery.PtoCount >= SilentTimeouts)
            {
                paths.RaiseSuspected();
            }
        }
    }

    /// <summary>
    /// Asks on the other standbys whether they work. Most often a second direct path dies with the first one, whose NAT it shares: it is
    /// to be known as suspect before it could be chosen.
    /// </summary>
    private void AskOthers(Path suspect, Path standby)
    {
        foreach (Path other in paths.All)
        {
            if (other != suspect && other != standby && other is { State: PathState.Standby, SuspectSince: null })
            {
                other.ProbesOwed = 1;
            }
        }
    }

    /// <summary>Something sent on <paramref name="path"/> was acknowledged.</summary>
    public void OnDelivered(Instant now, Path path)
    {
        path.OnDelivered(now);
        if (paths.Active is { SuspectSince: not null } active && active != path)
        {
            TryDemote(now, active);
        }
    }

    private bool TryDemote(Instant now, Path path)
    {
        int timeouts = path.Recovery.PtoCount;
        if (timeouts < SilentTimeouts || path.SuspectSince is not { } since)
        {
            return false;
        }

        // A standby that does not answer is given up by itself; the active path only when another one works.
        bool deaf = timeouts >= DeafTimeouts;
        bool replaceable = path.State == PathState.Standby
            ? deaf && path != paths.Active
            : paths.All.Any(other => other != path && other.State == PathState.Standby && other.LastDelivered > since);
        if (!replaceable || (!deaf && path.LastReceived > since))
        {
            return false;
        }

        paths.Fail(now, path, fates);
        return true;
    }

    private void CopyOldest(Path path)
    {
        List<SentFrame> frames = [];
        path.Recovery.CollectOldest(CopiedPackets * path.MaxPacketSize, frames);
        foreach (SentFrame frame in frames)
        {
            fates.Copy(frame);
        }
    }
}
