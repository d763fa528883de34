using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Streams;

/// <summary>
/// Which streams there are. A stream opens all streams of its opener below it (RFC 9000 section 3.2), so two counts
/// tell the closed ones from those that were never opened, and nothing is kept of a closed stream. The peer's open
/// streams are never more than it was allowed: that bounds the table, however it chooses its ids.
/// </summary>
/// <param name="opensEven">Whether this agent's id is the lower one of the two.</param>
/// <param name="local">What the peer was, or will be, told that it may do.</param>
/// <param name="caps">How far the windows of streams may grow.</param>
/// <param name="session">The session's receive window.</param>
internal sealed class StreamTable(bool opensEven, StreamLimits local, WindowCaps caps, FlowWindow session)
{
    // Null while there are none: a session may rest for hours between two streams.
    private Dictionary<ulong, StreamState>? _streams;
    private GrowingNumber _allowance = new(Math.Min(local.Streams, StreamId.MaxCount));
    private GrowingNumber _blocked;
    private ulong? _limit;
    private ulong _opened;
    private ulong _peerOpened;
    private ulong _peerClosed;
    private bool _refused;

    public int Count => _streams?.Count ?? 0;

    public IEnumerable<StreamState> Streams => _streams?.Values ?? Enumerable.Empty<StreamState>();

    /// <summary>Bytes that the peer takes on a new stream; zero until that is known.</summary>
    public ulong PeerStreamBytes { get; set; }

    /// <summary>How many streams of this end the peer allows, closed ones included; zero until that is known.</summary>
    public ulong Limit => _limit ?? 0;

    /// <summary>MAX_STREAMS, as the peer must hear it.</summary>
    public ref GrowingNumber Allowance => ref _allowance;

    /// <summary>STREAMS_BLOCKED, as the peer must hear it.</summary>
    public ref GrowingNumber Blocked => ref _blocked;

    /// <summary>The peer would have to be told that it holds us back.</summary>
    public bool IsBlockedUntold => _blocked.IsPending && _opened >= _limit;

    public bool TryGet(ulong id, [NotNullWhen(true)] out StreamState? stream)
    {
        stream = null;
        return _streams is not null && _streams.TryGetValue(id, out stream);
    }

    /// <summary>
    /// Opens the next stream of this end. Before the peer's limit is known as many are opened as this end itself would
    /// allow; those that turn out to be too many wait, unheard of, until the peer allows them.
    /// </summary>
    public bool TryOpen([NotNullWhen(true)] out StreamState? stream)
    {
        stream = null;
        if (_opened >= (_limit ?? local.Streams))
        {
            _refused = true;
            NoteBlocked();
            return false;
        }

        stream = Create(StreamId.At(_opened++, opensEven));
        return true;
    }

    /// <summary>Whether the peer may hear of a stream.</summary>
    public bool MaySend(StreamState stream) => !IsOurs(stream.Id) || StreamId.Index(stream.Id) < _limit;

    /// <summary>The peer's limit, from its parameters or MAX_STREAMS; true when an attempt that was refused can be repeated.</summary>
    public bool OnLimit(ulong limit)
    {
        _limit = Math.Max(Limit, limit);
        bool canOpen = _refused && _opened < _limit;
        _refused &= !canOpen;
        NoteBlocked();
        return canOpen;
    }

    /// <summary>Streams of this end from the one with this index to the last that the peer may hear of.</summary>
    public IEnumerable<StreamState> OpenedFrom(ulong index)
    {
        for (; index < Math.Min(Limit, _opened); index++)
        {
            if (TryGet(StreamId.At(index, opensEven), out StreamState? stream))
            {
                yield return stream;
            }
        }
    }

    /// <summary>Whether a frame of the peer's may name this stream.</summary>
    public StreamFault Check(ulong id)
    {
        if (IsOurs(id))
        {
            return StreamId.Index(id) < _opened
                ? StreamFault.None
                : new StreamFault(SessionErrorCode.StreamState, "A frame names a stream that its opener never opened.");
        }

        return StreamId.Index(id) < _allowance.Value
            ? StreamFault.None
            : new StreamFault(SessionErrorCode.StreamLimit, "The peer opened more streams than it was allowed.");
    }

    /// <summary>Opens the next stream of the peer's on the way to one that it named; false when none is left to open.</summary>
    public bool TryOpenTowards(ulong id, [NotNullWhen(true)] out StreamState? opened)
    {
        opened = null;
        if (IsOurs(id) || StreamId.Index(id) < _peerOpened)
        {
            return false;
        }

        opened = Create(StreamId.At(_peerOpened++, !opensEven));
        return true;
    }

    /// <summary>Forgets a stream that is done; false when it is forgotten already.</summary>
    public bool Forget(StreamState stream)
    {
        if (_streams is null || !_streams.Remove(stream.Id))
        {
            return false;
        }

        _streams = _streams.Count == 0 ? null : _streams;
        if (!IsOurs(stream.Id))
        {
            _peerClosed++;
            OfferStreams();
        }

        return true;
    }

    private bool IsOurs(ulong id) => StreamId.IsEven(id) == opensEven;

    private StreamState Create(ulong id)
    {
        StreamState stream = new(id, new ReceiveStream(new FlowWindow(local.StreamBytes, caps.StreamBytes), session));
        stream.Send.OnLimit(PeerStreamBytes);
        (_streams ??= []).Add(id, stream);
        return stream;
    }

    private void NoteBlocked()
    {
        if (_limit is { } limit && (_refused || _opened > limit))
        {
            _blocked.Raise(limit);
        }
    }

    /// <summary>Tells the peer of closed streams a quarter of its allowance at a time, or at once when it has none left.</summary>
    private void OfferStreams()
    {
        ulong allowance = Math.Min(_peerClosed + local.Streams, StreamId.MaxCount);
        if (_peerOpened == _allowance.Value || allowance - _allowance.Value >= Math.Max(1, local.Streams / 4))
        {
            _allowance.Raise(allowance);
        }
    }
}
