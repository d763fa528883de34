using System.Threading.Channels;
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

    private readonly AgentCore _core;
    private readonly Dictionary<ulong, StreamBridge> _streams = [];
    private readonly List<Channel<PathChange>> _watchers = [];
    private readonly Queue<(string Protocol, TaskCompletionSource<AntsStream> Opened)> _waiting = new();
    private readonly TaskCompletionSource<AntsSession> _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CloseReason> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Traversal? _traversal;
    private AntsException? _over;

    public PeerSession(AgentCore core, Session session, bool traverses)
    {
        _core = core;
        Session = session;
        Public = new AntsSession(core, this);
        _traversal = traverses ? new Traversal(core, this) : null;
    }

    public Session Session { get; }

    /// <summary>What the application holds.</summary>
    public AntsSession Public { get; }

    /// <summary>Completes when the session is established, or fails with why it never was. May be awaited by anybody.</summary>
    public Task<AntsSession> Established => _established.Task;

    /// <summary>Completes when the session is over. May be awaited by anybody.</summary>
    public Task<CloseReason> Closed => _closed.Task;

    /// <summary>The path in use, or the last one. May be read by anybody.</summary>
    public PathChange? Path { get; private set; }

    /// <summary>Relay links that said that the peer is not there; empty again when one says that it is.</summary>
    public HashSet<int> UnreachableVia { get; } = [];

    public void OnEvent(Instant now, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                OnEstablished();
                break;
            case SessionEventKind.PathChanged:
                OnPathChanged(e);
                break;
            case SessionEventKind.DirectPathFailed:
                _traversal?.OnDirectPathFailed();
                break;
            case SessionEventKind.Candidates:
                _traversal?.OnPeerCandidates(e.Candidates!);
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

    public void OnLocalCandidates() => _traversal?.OnLocalCandidates();

    /// <summary>Opens a stream, or waits until the peer allows another one. May be called by anybody.</summary>
    public Task<AntsStream> OpenStreamAsync(string protocol)
    {
        TaskCompletionSource<AntsStream> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _core.Driver.Post(() =>
        {
            _waiting.Enqueue((protocol, opened));
            OpenWaiting();
        });
        return opened.Task;
    }

    /// <summary>A reader of path changes, beginning with the present path. May be called by anybody.</summary>
    public ChannelReader<PathChange> WatchPaths()
    {
        Channel<PathChange> watcher = Channel.CreateBounded<PathChange>(
            new BoundedChannelOptions(MaxUnreadPaths) { FullMode = BoundedChannelFullMode.DropOldest });
        _core.Driver.Post(() =>
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
                _watchers.Add(watcher);
            }
        });
        return watcher.Reader;
    }

    /// <summary>Fails a call that waits for the session: its time is up, or nobody knows the peer.</summary>
    public void Fail(AntsException reason)
    {
        if (Session.State == SessionState.Connecting && _over is null)
        {
            _over = reason;
            _core.Endpoint.Abandon(Session, new SessionEnd(SessionEndCause.HandshakeTimeout, SessionErrorCode.NoPath, reason.Message));
        }
    }

    private void OnEstablished()
    {
        UnreachableVia.Clear();
        _established.TrySetResult(Public);
        _traversal?.Start();
    }

    private void OnPathChanged(in SessionEvent e)
    {
        bool direct = e.Remote.Kind == CarrierKind.Udp;
        System.Net.IPEndPoint remote = direct ? e.Remote.EndPoint! : _core.EndPointOf(e.Remote.Link);
        Path = new PathChange(direct ? PathKind.Direct : PathKind.Relayed, remote, e.RoundTrip);
        foreach (Channel<PathChange> watcher in _watchers)
        {
            watcher.Writer.TryWrite(Path);
        }

        _traversal?.OnPathChanged(direct);
    }

    private void OnStream(in StreamEvent e)
    {
        switch (e.Kind)
        {
            case StreamEventKind.CanOpen:
                OpenWaiting();
                break;
            case StreamEventKind.Opened:
                StreamBridge incoming = new(_core, Session, e.Id);
                _streams[e.Id] = incoming;
                _core.Dispatcher.Take(new AntsStream(Public, incoming));
                break;
            case StreamEventKind.Closed:
                _streams.Remove(e.Id);
                break;
            default:
                if (_streams.TryGetValue(e.Id, out StreamBridge? bridge))
                {
                    bridge.OnEvent(e);
                }

                break;
        }
    }

    private void OpenWaiting()
    {
        while (_waiting.TryPeek(out (string Protocol, TaskCompletionSource<AntsStream> Opened) next))
        {
            if (_over is not null)
            {
                next.Opened.TrySetException(_over);
            }
            else if (Session.Streams.TryOpen(out ulong id))
            {
                StreamBridge bridge = new(_core, Session, id);
                _streams[id] = bridge;
                StreamDispatcher.WriteHeader(bridge.Output, next.Protocol);
                next.Opened.TrySetResult(new AntsStream(Public, bridge));
            }
            else
            {
                return;
            }

            _waiting.Dequeue();
        }
    }

    private void OnClosed(SessionEnd end)
    {
        _over ??= SessionEnds.ToException(Session.Peer, end);
        _traversal?.Stop();
        _established.TrySetException(_over);
        _ = _established.Task.Exception;
        OpenWaiting();
        foreach (StreamBridge bridge in _streams.Values)
        {
            bridge.OnSessionOver(_over);
        }

        foreach (Channel<PathChange> watcher in _watchers)
        {
            watcher.Writer.TryComplete();
        }

        _streams.Clear();
        _watchers.Clear();
        _closed.TrySetResult(SessionEnds.ToReason(end, _over));
        _core.OnPeerSessionOver(this);
    }
}
