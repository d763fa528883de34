using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ants.Observing;
using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Streams;

namespace Ants.Agents;

/// <summary>
/// A session with another agent, as the runtime holds it: turns what the protocol tells into what the application awaits.
/// Its members run on the driver unless they say otherwise.
/// </summary>
internal sealed class PeerSession
{
    // A reader of path changes that sleeps while the path flaps wants the last ones.
    private const int MaxUnreadPaths = 32;

    // Null while there are none: a session may rest for hours.
    private Dictionary<ulong, StreamBridge>? _streams;
    private List<Channel<PathChange>>? _watchers;
    private Queue<(string Protocol, TaskCompletionSource<AntsStream> Opened)>? _waiting;

    // Null once the session is established, and until somebody waits for its end.
    private volatile TaskCompletionSource<AntsSession>? _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<CloseReason>? _closed;
    private AntsException? _over;

    public PeerSession(AgentCore core, Session session, bool traverses)
    {
        Core = core;
        Session = session;
        Meter = new SessionMeter(core.Meter, session);
        Public = new AntsSession(core, this);
        Calls = new PeerCalls(core, this);
        Reach = new PeerReach(core, this);
        Traversal = traverses ? new Traversal(core, this) : null;
    }

    public Session Session { get; }

    /// <summary>The agent's own.</summary>
    public AgentCore Core { get; }

    /// <summary>What the application holds.</summary>
    public AntsSession Public { get; }

    /// <summary>Measures it.</summary>
    public SessionMeter Meter { get; }

    /// <summary>Who waits for the session, and for how long.</summary>
    public PeerCalls Calls { get; }

    /// <summary>Over which relays the peer is reached as a guest.</summary>
    public PeerReach Reach { get; }

    /// <summary>Looks for a direct path; null when there is to be none.</summary>
    public Traversal? Traversal { get; }

    /// <summary>Completes when the session is established, or fails with why it never was. May be awaited by anybody.</summary>
    public Task<AntsSession> Established => _established?.Task ?? Task.FromResult(Public);

    /// <summary>Completes when the session is over. May be awaited by anybody.</summary>
    public Task<CloseReason> Closed => End.Task;

    /// <summary>The path in use, or the last one; not null once the session is established. May be read by anybody.</summary>
    public PathChange? Path { get; private set; }

    /// <summary>Streams that are not over in both directions. May be asked by anybody who does not need to know exactly.</summary>
    public int StreamCount => _streams?.Count ?? 0;

    private TaskCompletionSource<CloseReason> End =>
        LazyInitializer.EnsureInitialized(ref _closed, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public void OnEvent(in SessionEvent e)
    {
        Meter.OnEvent(e);
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                OnEstablished();
                break;
            case SessionEventKind.PathChanged:
                OnPathChanged(Describe(e.Remote, e.RoundTrip));
                break;
            case SessionEventKind.DirectPathFailed:
                Traversal?.OnDirectPathFailed();
                break;
            case SessionEventKind.Doubted:
                // Our NAT may have forgotten its mappings, those towards the relays too.
                Core.Gatherer.Refresh();
                break;
            case SessionEventKind.Dormant:
                ProbeRelays();
                Reach.OnChanged();
                break;
            case SessionEventKind.Candidates:
                Traversal?.OnPeerCandidates(e.Candidates!);
                break;
            case SessionEventKind.Stream:
                OnStream(e.Stream);
                break;
            case SessionEventKind.Closed:
                OnClosed(e.End!);
                break;
            default:
                break;
        }
    }

    public void OnLocalCandidates() => Traversal?.OnLocalCandidates();

    /// <summary>A relay is held: the session may be reached through it, or again.</summary>
    public void OnLinkHeld(RelayLink link)
    {
        if (Session.State == SessionState.Connecting)
        {
            Core.Endpoint.AddVia(Core.Now, Session, CarrierAddress.Relayed(link.Number, Session.Peer));
        }
        else
        {
            Session.Revive(Core.Now);
            ProbeRelays();
            Reach.OnChanged();
        }
    }

    /// <summary>A relay is lost: what led over it does not any more.</summary>
    public void OnLinkLost(RelayLink link)
    {
        Session.OnSendError(Core.Now, CarrierAddress.Relayed(link.Number, Session.Peer));
        Reach.OnChanged();
    }

    /// <summary>A relay does not know the peer.</summary>
    public void OnUnreachable(RelayLink link)
    {
        Calls.OnUnreachable(link);
        Reach.OnUnreachable();
    }

    /// <summary>Opens a stream, or waits until the peer allows another one. May be called by anybody.</summary>
    public async Task<AntsStream> OpenStreamAsync(string protocol, CancellationToken cancellationToken)
    {
        TaskCompletionSource<AntsStream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => opened.TrySetCanceled(cancellationToken));
        Core.Driver.Post(() =>
        {
            if (_waiting is not null || _over is not null || !TryOpen(protocol, opened))
            {
                (_waiting ??= new()).Enqueue((protocol, opened));
                OpenWaiting();
            }
        });
        return await opened.Task;
    }

    /// <summary>
    /// Opens a stream with its first bytes; while the session is being opened they go with the handshake. Null when the peer allows no
    /// more streams now.
    /// </summary>
    public AntsStream? TryOpenEarly(string protocol, ReadOnlyMemory<byte> firstBytes)
    {
        if (!Session.Streams.TryOpen(out ulong id))
        {
            return null;
        }

        StreamBridge bridge = AddStream(id, protocol);
        bridge.Output.Write(firstBytes.Span);

        // Waits, if at all, for the peer: nobody else does.
        _ = bridge.Output.FlushAsync().AsTask();
        bridge.OfferNow();
        Core.Endpoint.SendEarly(Session, id);
        return new AntsStream(bridge);
    }

    /// <summary>The present path and each change of it, until the session is over. May be called by anybody.</summary>
    public async IAsyncEnumerable<PathChange> WatchPathsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<PathChange> watcher = Channel.CreateBounded<PathChange>(
            new BoundedChannelOptions(MaxUnreadPaths) { FullMode = BoundedChannelFullMode.DropOldest });
        Core.Driver.Post(() => Watch(watcher));
        try
        {
            await foreach (PathChange change in watcher.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            Core.Driver.Post(() => Unwatch(watcher));
        }
    }

    /// <summary>Fails the calls that wait for the session: their time is up, or nobody knows the peer.</summary>
    public void Fail(AntsException reason)
    {
        if (Session.State == SessionState.Connecting && _over is null)
        {
            _over = reason;
            Core.Endpoint.Abandon(Session, new SessionEnd(SessionEndCause.HandshakeTimeout, SessionErrorCode.NoPath, reason.Message));
        }
    }

    private void OnEstablished()
    {
        if (Session.Paths.Active is { } first)
        {
            // Who waits for the session may ask for its path before the event that tells of it.
            Path = Describe(first.Remote, first.Rtt.Smoothed);
        }

        Calls.OnEstablished();
        _established?.TrySetResult(Public);
        _established = null;
        Traversal?.Start();
        ProbeRelays();
        Reach.OnEstablished();
    }

    /// <summary>
    /// Tries the relays that no path of the session leads over yet, one small probe each: when the one in use dies, another is
    /// ready. The side that began the session opens the paths; the other only has to answer.
    /// </summary>
    public void ProbeRelays()
    {
        foreach (RelayLink link in Core.Links.Staying)
        {
            CarrierAddress relayed = CarrierAddress.Relayed(link.Number, Session.Peer);
            if (Session.Paths.FindByRemote(relayed) is null)
            {
                Session.Probe(relayed);
            }
        }
    }

    private PathChange Describe(CarrierAddress remote, TimeSpan roundTrip)
    {
        bool direct = remote.Kind == CarrierKind.Udp;
        return new PathChange(
            direct ? PathKind.Direct : PathKind.Relayed,
            direct ? remote.EndPoint! : Core.Links.EndPointOf(remote.Link),
            roundTrip);
    }

    private void OnPathChanged(PathChange path)
    {
        Path = path;
        if (path.Kind == PathKind.Direct)
        {
            Core.Network.Remember(path.Remote.Address);
        }

        foreach (Channel<PathChange> watcher in _watchers ?? [])
        {
            watcher.Writer.TryWrite(path);
        }

        Traversal?.OnPathChanged(path.Kind == PathKind.Direct);
    }

    private void Watch(Channel<PathChange> watcher)
    {
        if (Path is { } present)
        {
            watcher.Writer.TryWrite(present);
        }

        if (_over is not null)
        {
            watcher.Writer.TryComplete();
        }
        else
        {
            (_watchers ??= []).Add(watcher);
        }
    }

    private void Unwatch(Channel<PathChange> watcher)
    {
        _watchers?.Remove(watcher);
        _watchers = _watchers is { Count: 0 } ? null : _watchers;
    }

    private void OnStream(in StreamEvent e)
    {
        switch (e.Kind)
        {
            case StreamEventKind.CanOpen:
                OpenWaiting();
                break;
            case StreamEventKind.Opened:
                Core.Dispatcher.Take(new AntsStream(Bridge(e.Id)));
                break;
            case StreamEventKind.Closed:
                _streams?.Remove(e.Id);
                _streams = _streams is { Count: 0 } ? null : _streams;
                break;
            default:
                _streams?.GetValueOrDefault(e.Id)?.OnEvent(e);
                break;
        }
    }

    private void OpenWaiting()
    {
        while (_waiting is not null && _waiting.TryPeek(out (string Protocol, TaskCompletionSource<AntsStream> Opened) next))
        {
            if (_over is not null)
            {
                next.Opened.TrySetException(_over);
            }
            else if (!TryOpen(next.Protocol, next.Opened))
            {
                return;
            }

            _waiting.Dequeue();
        }

        _waiting = null;
    }

    /// <summary>Opens a stream for who still waits for it; false when the peer allows none now.</summary>
    private bool TryOpen(string protocol, TaskCompletionSource<AntsStream> opened)
    {
        if (opened.Task.IsCompleted)
        {
            return true;
        }

        if (!Session.Streams.TryOpen(out ulong id))
        {
            // The peer may have to hear that more are wanted.
            Core.Endpoint.Wake(Session);
            return false;
        }

        AntsStream stream = new(AddStream(id, protocol));
        if (!opened.TrySetResult(stream))
        {
            // Cancelled at this very moment: nobody holds the stream.
            stream.Abort(StreamErrors.Aborted);
        }

        return true;
    }

    private StreamBridge AddStream(ulong id, string protocol)
    {
        StreamBridge bridge = Bridge(id);
        Meter.OnOpened();
        StreamDispatcher.WriteHeader(bridge.Output, protocol);
        return bridge;
    }

    private StreamBridge Bridge(ulong id) => (_streams ??= [])[id] = new StreamBridge(this, id);

    private void OnClosed(SessionEnd end)
    {
        _over ??= SessionEnds.ToException(Session.Peer, end);
        Calls.Stop();
        Reach.Stop();
        Traversal?.Stop();
        _established?.TrySetException(_over);
        _ = _established?.Task.Exception;
        OpenWaiting();
        foreach (StreamBridge bridge in _streams?.Values ?? Enumerable.Empty<StreamBridge>())
        {
            bridge.OnSessionOver(_over);
        }

        foreach (Channel<PathChange> watcher in _watchers ?? [])
        {
            watcher.Writer.TryComplete();
        }

        (_streams, _watchers) = (null, null);
        End.TrySetResult(SessionEnds.ToReason(end, _over));
        Core.Peers.OnOver(this);
    }
}
