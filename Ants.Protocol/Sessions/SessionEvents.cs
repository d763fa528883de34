using Ants.Protocol.Observing;
using Ants.Protocol.Streams;

namespace Ants.Protocol.Sessions;

/// <summary>
/// What a session has to tell and nobody has heard yet. Bounded, whatever the peer does: of news that replace each other
/// only the newest wait. The end of the session is told last, after all that its streams have to tell.
/// </summary>
internal sealed class SessionEvents
{
    // A host has addresses in two families, behind perhaps two NATs each; paths fail one or two at a time.
    private const int MaxOfAKind = 4;

    // Null while none waits: news is rare enough to be allocated for.
    private List<SessionEvent>? _waiting;
    private SessionEnd? _closed;

    /// <summary>Who hears all of them at once; null for nobody.</summary>
    public ISessionObserver? Observer { get; set; }

    public void Add(in SessionEvent e)
    {
        Observer?.OnEvent(e);
        if (e.Kind == SessionEventKind.Closed)
        {
            _closed = e.End;
            return;
        }

        _waiting ??= [];
        SessionEventKind kind = e.Kind;
        int allowed = kind == SessionEventKind.DirectPathFailed ? MaxOfAKind : 1;
        if (_waiting.Contains(e))
        {
            return;
        }

        if (_waiting.Count(waiting => waiting.Kind == kind) >= allowed)
        {
            _waiting.RemoveAt(_waiting.FindIndex(waiting => waiting.Kind == kind));
        }

        _waiting.Add(e);
    }

    /// <summary>The next thing to tell: what the session has, then what its streams have, then the end.</summary>
    public bool TryTake(StreamSet streams, out SessionEvent e)
    {
        if (_waiting is not null)
        {
            e = _waiting[0];
            _waiting.RemoveAt(0);
            _waiting = _waiting.Count == 0 ? null : _waiting;
            return true;
        }

        if (streams.TryPollEvent(out StreamEvent stream))
        {
            e = new SessionEvent(SessionEventKind.Stream) { Stream = stream };
            return true;
        }

        bool any = _closed is not null;
        e = any ? new SessionEvent(SessionEventKind.Closed) { End = _closed } : default;
        _closed = null;
        return any;
    }
}
