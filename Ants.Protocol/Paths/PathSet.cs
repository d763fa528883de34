using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Paths;

/// <summary>
/// The paths of one session, the connection ids for paths to come, and the choice of the active one. One side, the
/// controlling one, allocates path ids; that is the initiator of the handshake.
/// </summary>
internal sealed class PathSet
{
    // Relayed ones over a few relays, direct ones in two families, and one or two that have failed.
    private const int MaxPaths = 8;

    // Ids given ahead, so that a path opens without asking: a punch opens one or two at a time.
    private const int SparePaths = 3;

    private readonly Session _session;
    private readonly ISessionHost _host;
    private readonly ReliableFrames _reliable;
    private readonly IPathSelector _selector;
    private readonly List<Path> _paths = [];
    private readonly Dictionary<uint, IssuedConnectionId> _localSpares = [];
    private readonly Dictionary<uint, IssuedConnectionId> _peerSpares = [];
    private uint _nextPathId = ProbePath.PathId + 1;
    private uint _nextSpare = ProbePath.PathId + 1;

    public PathSet(Session session, ISessionHost host, ReliableFrames reliable, IPathSelector selector)
    {
        _session = session;
        _host = host;
        _reliable = reliable;
        _selector = selector;
    }

    public IReadOnlyList<Path> All => _paths;

    public Path? Active { get; private set; }

    public SentPacketPool Pool { get; } = new();

    public bool IsControlling { get; set; }

    public TimeSpan PeerMaxAckDelay { get; set; }

    /// <summary>Adds the path of the handshake.</summary>
    public Path AddFirst(CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? roundTrip) =>
        Add(0, remote, local, peer, roundTrip);

    /// <summary>Gives the peer connection ids for paths that do not exist yet.</summary>
    public void ProvideSpares()
    {
        Span<byte> buffer = stackalloc byte[NewConnectionIdFrame.MaxLength];
        while (_localSpares.Count < SparePaths)
        {
            uint id = _nextSpare++;
            IssuedConnectionId issued = _host.Issue(_session, id);
            _localSpares[id] = issued;
            WireWriter writer = new(buffer);
            new NewConnectionIdFrame(id, issued).Write(ref writer);
            _reliable.Put(SentFrameKind.NewConnectionId, id, writer.Span);
        }
    }

    /// <summary>Takes an id for a path to come. False when the peer gives more than it has reason to.</summary>
    public bool TryAddPeerSpare(in NewConnectionIdFrame frame)
    {
        if (frame.PathId <= ProbePath.PathId || Find(frame.PathId) is not null
            || frame.PathId < _nextPathId || _peerSpares.ContainsKey(frame.PathId))
        {
            return true;
        }

        if (_peerSpares.Count >= 4 * SparePaths)
        {
            return false;
        }

        _peerSpares[frame.PathId] = frame.Issued;
        _host.ExpectReset(_session, frame.Issued.Token);
        return true;
    }

    public Path? Find(uint id) => _paths.Find(path => path.Id == id);

    public Path? FindByRemote(CarrierAddress remote) =>
        _paths.Find(path => path.Remote == remote && path.State != PathState.Abandoned);

    /// <summary>The best usable path besides <paramref name="other"/>.</summary>
    public Path? BestStandby(Path other)
    {
        Path? best = null;
        foreach (Path path in _paths)
        {
            if (path != other && path.State == PathState.Standby && (best is null || IsPreferred(path, best)))
            {
                best = path;
            }
        }

        return best;
    }

    /// <summary>Controlling side: opens a path to an address that has answered a probe. Null when none can be opened now.</summary>
    public Path? Open(CarrierAddress remote, TimeSpan roundTrip)
    {
        uint id = _nextPathId;
        if (!IsControlling || !_peerSpares.Remove(id, out IssuedConnectionId peer) || !_localSpares.Remove(id, out IssuedConnectionId local))
        {
            return null;
        }

        _nextPathId++;
        ProvideSpares();
        return Add(id, remote, local, peer, roundTrip);
    }

    /// <summary>Other side: the first packet for path <paramref name="id"/> came. Null when its id was never given or is used up.</summary>
    public Path? Accept(uint id, CarrierAddress remote)
    {
        if (IsControlling || !_peerSpares.Remove(id, out IssuedConnectionId peer) || !_localSpares.Remove(id, out IssuedConnectionId local))
        {
            return null;
        }

        _nextPathId = Math.Max(_nextPathId, id + 1);
        ProvideSpares();
        return Add(id, remote, local, peer, roundTrip: null);
    }

    /// <summary>The path works: makes it a candidate for the policy, and asks it.</summary>
    public void OnValidated(Path path)
    {
        if (path.Fire(PathTrigger.Validated))
        {
            path.SuspectSince = null;
            Select();
        }
    }

    /// <summary>The path is dead: what it had under way is sent again on another.</summary>
    public void Fail(Instant now, Path path, IFrameFate fate)
    {
        if (!path.Fire(PathTrigger.Failure))
        {
            return;
        }

        path.Recovery.ForgetAll(now, path.Id, fate);
        path.ProbesOwed = path.CopiesOwed = 0;
        path.SuspectSince = null;
        path.Validation.Clear();
        _reliable.Put(SentFrameKind.PathStatus, new NumberFrame(FrameType.PathStatus, path.Id, 1));
        if (path == Active)
        {
            Active = null;
        }

        Select();
        if (path.IsDirect)
        {
            _session.Raise(new SessionEvent(SessionEventKind.DirectPathFailed) { Remote = path.Remote });
        }
    }

    /// <summary>Gives a path up for good and tells the peer.</summary>
    public void Abandon(Instant now, Path path, IFrameFate fate, bool tellPeer)
    {
        if (!path.Fire(PathTrigger.Abandon))
        {
            return;
        }

        path.Recovery.ForgetAll(now, path.Id, fate);
        path.Recovery.Release();
        path.Validation.Clear();
        _host.ForgetReset(path.Peer.Token);
        _paths.Remove(path);
        if (tellPeer)
        {
            _reliable.Put(SentFrameKind.PathAbandon, new NumberFrame(FrameType.PathAbandon, path.Id, 0));
        }

        if (path == Active)
        {
            Active = null;
            Select();
        }
    }

    /// <summary>Asks the policy which path to use, and moves to it.</summary>
    public void Select()
    {
        PathView[] views = new PathView[_paths.Count];
        Span<int> indices = stackalloc int[MaxPaths * 2];
        int usable = 0;
        for (int i = 0; i < _paths.Count; i++)
        {
            if (_paths[i].IsUsable)
            {
                indices[usable] = i;
                views[usable++] = _paths[i].View();
            }
        }

        if (usable == 0)
        {
            return;
        }

        Path chosen = _paths[indices[_selector.Select(views.AsSpan(0, usable))]];
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

    /// <summary>Failed direct paths beyond what is worth keeping, once a new one works.</summary>
    public IEnumerable<Path> Superfluous() =>
        _paths.Where(path => path.State == PathState.Failed && path.IsDirect).SkipLast(1).ToArray();

    /// <summary>Whether one more path may be opened.</summary>
    public bool HasRoom => _paths.Count < MaxPaths;

    public void Release()
    {
        foreach (Path path in _paths)
        {
            path.Recovery.Release();
        }
    }

    private Path Add(uint id, CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? roundTrip)
    {
        Path path = new(id, remote, local, peer, roundTrip, PeerMaxAckDelay, Pool);
        _host.ExpectReset(_session, peer.Token);
        _paths.Add(path);
        return path;
    }

    private bool IsPreferred(Path path, Path other)
    {
        PathView[] both = [path.View(), other.View()];
        return _selector.Select(both) == 0;
    }
}
