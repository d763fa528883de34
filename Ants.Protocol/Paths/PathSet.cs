using Ants.Protocol.Observing;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Paths;

/// <summary>
/// The paths of one session and the choice of the active one. One side, the controlling one, allocates path ids; that is
/// the initiator of the handshake.
/// </summary>
internal sealed class PathSet
{
    // Relayed ones over a few relays, direct ones in two families, and one or two that have failed.
    private const int MaxPaths = 8;

    private readonly Session _session;
    private readonly ISessionHost _host;
    private readonly ReliableFrames _reliable;
    private readonly SessionOptions _options;
    private readonly List<Path> _paths = new(1);

    public PathSet(Session session, ISessionHost host, ReliableFrames reliable, SessionOptions options)
    {
        _session = session;
        _host = host;
        _reliable = reliable;
        _options = options;
        Spares = new SpareConnectionIds(session, host, reliable);
    }

    public List<Path> All => _paths;

    public Path? Active { get; private set; }

    /// <summary>Who hears what happens to the paths; null for nobody.</summary>
    public ISessionObserver? Observer { get; set; }

    public SpareConnectionIds Spares { get; private set; }

    public SentPacketPool Pool => _host.Packets;

    public bool IsControlling { get; set; }

    public TimeSpan PeerMaxAckDelay { get; set; }

    /// <summary>The shortest delay of acknowledgements that the peer may be asked for; null when it may be asked for none.</summary>
    public TimeSpan? PeerLeastAckDelay { get; set; }

    /// <summary>Whether one more path may be opened.</summary>
    public bool HasRoom => _paths.Count < MaxPaths;

    /// <summary>Whether no path works and none is being tried.</summary>
    public bool IsStranded => Active is null && !_paths.Exists(path => path.State == PathState.Validating);

    /// <summary>Whether data for a path should wait, since its carrier is full. The session is woken when it has room.</summary>
    public bool IsHeldBack(Path path) => _host.IsFull(_session, path.Remote);

    /// <summary>Adds the path of the handshake.</summary>
    public Path AddFirst(CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? roundTrip) =>
        Add(0, remote, local, peer, roundTrip);

    /// <summary>Forgets a handshake that another one of the same session has overtaken. Nothing has been sent yet.</summary>
    public void StartAnew()
    {
        DropAll();
        Active = null;
        Spares = new SpareConnectionIds(_session, _host, _reliable);
    }

    /// <summary>The peer is found at another address than the path's.</summary>
    public void Redirect(Path path, CarrierAddress remote)
    {
        CarrierAddress before = path.Remote;
        path.Remote = remote;
        Observer?.OnPathMoved(path, before);
        _host.OnPathAt(_session, remote);
        Vacate(before);
    }

    public Path? Find(uint id)
    {
        // Once a packet: a loop, since a lambda would be an allocation.
        foreach (Path path in _paths)
        {
            if (path.Id == id)
            {
                return path;
            }
        }

        return null;
    }

    public Path? FindByRemote(CarrierAddress remote)
    {
        foreach (Path path in _paths)
        {
            if (path.Remote == remote)
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>The standby to turn to while <paramref name="other"/> may be dead, as the policy says; null when there is none.</summary>
    public Path? BestStandby(Path other)
    {
        Path[] standbys = [.. _paths.Where(path => path != other && path.State == PathState.Standby)];
        return standbys.Length == 0 ? null : standbys[_options.Selector.SelectFallback(Views(standbys), other.View())];
    }

    /// <summary>Controlling side: opens a path to an address that has answered a probe. Null when none can be opened now.</summary>
    public Path? Open(CarrierAddress remote, TimeSpan roundTrip) =>
        IsControlling && HasRoom && Spares.TryTakeNext(out uint id, out IssuedConnectionId local, out IssuedConnectionId peer)
            ? AddMore(id, remote, local, peer, roundTrip)
            : null;

    /// <summary>
    /// Other side: the first packet for path <paramref name="id"/> came. Null when its id was never given or is used up.
    /// </summary>
    public Path? Accept(uint id, CarrierAddress remote)
    {
        if (IsControlling || !HasRoom || !Spares.TryTake(id, out IssuedConnectionId local, out IssuedConnectionId peer))
        {
            return null;
        }

        Path path = id == 0 ? AddFirst(remote, local, peer, roundTrip: null) : AddMore(id, remote, local, peer, roundTrip: null);
        path.LimitTo(0);
        return path;
    }

    /// <summary>Validates a path's own address, with full-size packets.</summary>
    public void Challenge(Instant now, Path path)
    {
        path.Fire(PathTrigger.Challenge);
        path.ProvenBelow = path.Recovery.NextPacketNumber;
        path.Validation.Challenge(now, path.Remote, _host.NextRandom());
        _host.Wake(_session);
    }

    /// <summary>Asks on paths that have failed whether they work again: there is none to fall back onto.</summary>
    public void ChallengeFailed(Instant now)
    {
        foreach (Path path in _paths)
        {
            if (path.State == PathState.Failed)
            {
                Challenge(now, path);
            }
        }
    }

    /// <summary>Asks on each standby whether it works: one of them is about to be needed.</summary>
    public void AskStandbys()
    {
        foreach (Path path in _paths.Where(path => path.State == PathState.Standby))
        {
            path.ProbesOwed = Math.Max(path.ProbesOwed, 1);
        }
    }

    /// <summary>Asks on every path whether the peer is there.</summary>
    public void TryAllAgain(Instant now)
    {
        ChallengeFailed(now);
        foreach (Path path in _paths.Where(path => path.IsUsable))
        {
            path.ProbesOwed = 1;
        }
    }

    /// <summary>The path works: makes it a candidate for the policy, and asks it.</summary>
    public void OnValidated(Path path)
    {
        path.SuspectSince = null;
        if (path.Fire(PathTrigger.Validated))
        {
            Select();
        }
    }

    /// <summary>The path is dead: what it had under way is sent again on another.</summary>
    public void Fail(Instant now, Path path, IFrameFate fate)
    {
        bool wasUsable = path.IsUsable;
        if (!path.Fire(PathTrigger.Failure))
        {
            return;
        }

        path.Recovery.ForgetAll(now, path.Id, fate);
        path.ProbesOwed = path.CopiesOwed = 0;
        path.SuspectSince = null;
        path.Validation.Clear();
        if (!wasUsable)
        {
            return;
        }

        // Our acknowledgements may be what did not arrive: they go again, over the path that is chosen next.
        path.Acks.Restate(now);
        Tell(path, PathStatus.Failed, path.Acks.Largest is { } largest ? largest + 1 : 0);
        Deselect(path);
        if (path.IsDirect)
        {
            _session.Raise(new SessionEvent(SessionEventKind.DirectPathFailed) { Remote = path.Remote });
        }
    }

    /// <summary>Tells the peer what became of our end of a path.</summary>
    public void Tell(Path path, PathStatus status, ulong number) =>
        _reliable.Put(SentFrameKind.PathStatus, new NumberFrame(FrameType.PathStatus, path.Id, (ulong)status, number));

    /// <summary>Asks the peer to acknowledge as often as suits what is under way on a path now, where that is not what it does.</summary>
    public void AskForAcks(Path path)
    {
        if (PeerLeastAckDelay is not { } least || !path.IsUsable)
        {
            return;
        }

        AckRate wanted = AckRate.For(path.Recovery.CongestionWindow, path.MaxPacketSize, path.Rtt.Min, least);
        if (wanted.IsWorthAsking(path.AskedRate))
        {
            path.AskedRate = wanted;
            ulong delay = (ulong)wanted.Delay.TotalMicroseconds;
            _reliable.Put(SentFrameKind.AckFrequency, new NumberFrame(FrameType.AckFrequency, path.Id, (ulong)wanted.Packets, delay));
        }
    }

    /// <summary>Gives a path up for good.</summary>
    public void Abandon(Instant now, Path path, IFrameFate fate, bool tellPeer)
    {
        if (!path.Fire(PathTrigger.Abandon))
        {
            return;
        }

        path.Recovery.ForgetAll(now, path.Id, fate);
        path.Recovery.Release();
        path.Validation.Clear();
        _host.ForgetReset(_session, path.Peer.Token);
        _host.Retire(_session, path.Local.Id);
        _paths.Remove(path);
        Vacate(path.Remote);
        if (tellPeer)
        {
            _reliable.Put(SentFrameKind.PathAbandon, new NumberFrame(FrameType.PathAbandon, path.Id, 0));
        }

        Deselect(path);
    }

    /// <summary>
    /// Makes room, where there is none, by giving up failed paths: direct ones but for the newest, which may come back; if there are
    /// none, the path that has been silent for longest, be it over a relay, whose link may never come back.
    /// </summary>
    public void MakeRoom(Instant now, IFrameFate fate)
    {
        if (HasRoom)
        {
            return;
        }

        Path[] failed = [.. _paths.Where(path => path is { State: PathState.Failed, Id: > 0 })];
        Path[] superfluous = [.. failed.Where(path => path.IsDirect).SkipLast(1)];
        foreach (Path path in superfluous.Length > 0 ? superfluous : [.. failed.OrderBy(path => path.LastReceived.Ticks).Take(1)])
        {
            Abandon(now, path, fate, tellPeer: true);
        }
    }

    /// <summary>Asks the policy which path to use, and moves to it.</summary>
    public void Select()
    {
        Path[] usable = [.. _paths.Where(path => path.IsUsable)];
        if (usable.Length == 0)
        {
            return;
        }

        Path chosen = usable[_options.Selector.Select(Views(usable))];
        if (chosen == Active)
        {
            return;
        }

        Active?.Fire(PathTrigger.Deselected);
        chosen.Fire(PathTrigger.Selected);
        Active = chosen;
        RaiseChanged();
    }

    /// <summary>Tells the owner where the data goes now.</summary>
    public void RaiseChanged() => _session.Raise(new SessionEvent(SessionEventKind.PathChanged)
    {
        Remote = Active!.Remote,
        RoundTrip = Active.Rtt.Smoothed,
    });

    /// <summary>Tells the owner that the path in use may be dead, and that no other is ready.</summary>
    public void RaiseSuspected() => _session.Raise(new SessionEvent(SessionEventKind.PathSuspected) { Remote = Active!.Remote });

    public void Release()
    {
        foreach (Path path in _paths)
        {
            path.Recovery.Release();
            _host.OnNoPathAt(_session, path.Remote);
        }
    }

    private static PathView[] Views(Path[] paths) => Array.ConvertAll(paths, path => path.View());

    private void DropAll()
    {
        foreach (Path path in _paths)
        {
            _host.OnNoPathAt(_session, path.Remote);
        }

        _paths.Clear();
    }

    private void Vacate(CarrierAddress address)
    {
        if (FindByRemote(address) is null)
        {
            _host.OnNoPathAt(_session, address);
        }
    }

    private void Deselect(Path path)
    {
        if (path == Active)
        {
            Active = null;
            Select();
        }
    }

    private Path AddMore(uint id, CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? roundTrip)
    {
        Spares.Provide();
        return Add(id, remote, local, peer, roundTrip);
    }

    private Path Add(uint id, CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? roundTrip)
    {
        Path path = new(id, remote, local, peer, roundTrip, PeerMaxAckDelay, Pool, _options.Congestion) { Observer = Observer };
        _host.ExpectReset(_session, peer.Token);
        _paths.Add(path);
        _host.OnPathAt(_session, remote);
        return path;
    }
}
