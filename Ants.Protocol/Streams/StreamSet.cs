using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// All streams of a session: flow control, limits, and what goes into the next packet (RFC 9000 sections 2 to 4).
/// <para>
/// What a peer can make this end hold is bounded by what it was told: bytes (delivered and unread, or early) by the
/// session's window, the bit maps of early bytes by an eighth of that, blocks that are not full by two per stream
/// (the first and the last; those between are paid for by the window), and streams with their queued events, one of
/// each kind, by the stream limit.
/// </para>
/// </summary>
internal sealed class StreamSet
{
    private readonly FlowWindow _window;
    private readonly SendCredit _credit = new();
    private readonly SendScheduler _scheduler;
    private readonly StreamTable _table;
    private readonly SessionNumbers _numbers;
    private readonly StreamQueue _events = new(StreamQueues.Events, static stream => stream.Events != StreamEventKind.None);
    private bool _canOpen;

    /// <param name="opensEven">Whether this agent's id is the lower one of the two.</param>
    /// <param name="local">What the peer was, or will be, told that it may do.</param>
    /// <param name="caps">How far the windows may grow; <see cref="WindowCaps.Default"/> when null.</param>
    public StreamSet(bool opensEven, StreamLimits local, WindowCaps? caps = null)
    {
        WindowCaps most = caps ?? WindowCaps.Default;
        _window = new FlowWindow(local.SessionBytes, most.SessionBytes);
        _scheduler = new SendScheduler(_credit, _events);
        _table = new StreamTable(opensEven, local, most, _window);
        _numbers = new SessionNumbers(_window, _credit, _table);
    }

    /// <summary>Whether <see cref="Write"/> has something for a packet.</summary>
    public bool HasPending => _numbers.HasPending || _scheduler.HasPending;

    /// <summary>Streams that are not forgotten.</summary>
    public int Count => _table.Count;

    /// <summary>The session's receive window.</summary>
    public FlowWindow Window => _window;

    /// <summary>The session's credit for sending.</summary>
    public SendCredit Credit => _credit;

    /// <summary>What the peer's parameters allow. Until they are known nothing is sent, but streams can be opened.</summary>
    public void ApplyPeerLimits(StreamLimits peer)
    {
        _table.PeerStreamBytes = peer.StreamBytes;
        _credit.OnLimit(peer.SessionBytes);
        AllowStreams(peer.Streams);
        foreach (StreamState stream in _table.Streams)
        {
            stream.Send.OnLimit(peer.StreamBytes);
            _credit.Spend(stream.Send.SettleCopies(_credit.Available));
            Settle(stream);
        }
    }

    /// <summary>Opens a stream; false when the peer allows no more now, and <see cref="StreamEventKind.CanOpen"/> will follow.</summary>
    public bool TryOpen(out ulong id)
    {
        bool opened = _table.TryOpen(out StreamState? stream);
        id = stream?.Id ?? 0;
        return opened;
    }

    /// <summary>Finds a stream that is not forgotten.</summary>
    public bool TryGet(ulong id, [NotNullWhen(true)] out StreamState? stream) => _table.TryGet(id, out stream);

    /// <summary>
    /// Lends the bytes of a stream that are written and not acknowledged. The sequence lent before is not touched
    /// again; it must be replaced by this call in the same turn in which any of its memory is given back.
    /// </summary>
    /// <param name="id">The stream; nothing happens when it is forgotten or reset.</param>
    /// <param name="start">
    /// The stream offset of the first byte: the highest value of an <see cref="StreamEventKind.Acked"/> event acted on.
    /// </param>
    /// <param name="bytes">Everything from there on that the application has written.</param>
    /// <param name="completed">Whether the application will write no more.</param>
    public void SetBuffer(ulong id, ulong start, ReadOnlySequence<byte> bytes, bool completed)
    {
        if (TryGet(id, out StreamState? stream))
        {
            stream.Send.SetBuffer(start, bytes, completed);
            Settle(stream);
        }
    }

    /// <summary>
    /// Asks for a <see cref="StreamEventKind.Dry"/> when all that was lent for a stream has been sent. False when that is so now, and
    /// none will come.
    /// </summary>
    public bool AskForMore(ulong id) => TryGet(id, out StreamState? stream) && stream.Send.AskForMore();

    /// <summary>How far a stream has been sent: the offset of the first byte that never was; 0 when the stream is forgotten.</summary>
    public ulong SentUpTo(ulong id) => TryGet(id, out StreamState? stream) ? stream.Send.NextOffset : 0;

    /// <summary>Names where a stream's bytes go. Without a destination they wait, within the window.</summary>
    public void Attach(ulong id, IBufferWriter<byte> destination)
    {
        if (TryGet(id, out StreamState? stream))
        {
            stream.Receive.Attach(destination);
            Settle(stream);
        }
    }

    /// <summary>
    /// Bytes of a destination are no longer held: they were read, or thrown away. Every byte that was written into a
    /// destination is told of here once, also when its stream is reset or forgotten by then, or the session's window
    /// would shrink for good.
    /// </summary>
    public void Consumed(ulong id, long bytes, Instant now, TimeSpan rtt)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)bytes, _window.Received - _window.Released);
        if (TryGet(id, out StreamState? stream))
        {
            FlowWindow window = stream.Receive.Window;
            ulong before = window.Size;
            stream.Receive.Consumed((ulong)bytes, now, rtt);
            if (window.Size > before)
            {
                // Half as much again: else the session's window holds back the stream that has just got a larger one.
                _window.GrowTo(window.Size + (window.Size / 2));
            }

            Settle(stream);
        }

        _window.Release((ulong)bytes, now, rtt);
    }

    /// <summary>Whether the peer may send so much more, on a stream and in all, that nobody waits for what is consumed now to be told.</summary>
    public bool IsPeerAtEase(ulong id) =>
        _window.IsPeerAtEase && TryGet(id, out StreamState? stream) && stream.Receive.Window.IsPeerAtEase;

    /// <summary>Gives up sending on a stream.</summary>
    public void Reset(ulong id, ulong code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, VarInt.MaxValue);
        if (TryGet(id, out StreamState? stream))
        {
            stream.Send.Reset(code);
            Settle(stream);
        }
    }

    /// <summary>Asks the peer to send no more on a stream, and drops what still comes. No event tells of the rest.</summary>
    public void StopSending(ulong id, ulong code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, VarInt.MaxValue);
        if (TryGet(id, out StreamState? stream))
        {
            stream.Receive.StopSending(code);
            Settle(stream);
        }
    }

    /// <summary>Whether <see cref="TryPollEvent"/> has something.</summary>
    public bool HasEvents => _canOpen || _events.TryPeek(out _);

    /// <summary>The next thing to tell of.</summary>
    public bool TryPollEvent(out StreamEvent e)
    {
        if (_canOpen)
        {
            _canOpen = false;
            e = new StreamEvent(StreamEventKind.CanOpen, 0);
            return true;
        }

        e = default;
        if (!_events.TryPeek(out StreamState? stream))
        {
            return false;
        }

        e = stream.TakeEvent();
        return true;
    }

    /// <summary>A STREAM frame of the peer's.</summary>
    public StreamFault OnStreamFrame(in StreamFrame frame)
    {
        StreamFault fault = Find(frame.StreamId, out StreamState? stream);
        if (stream is null)
        {
            return fault;
        }

        fault = stream.Receive.OnBytes(frame.Offset, frame.Data, frame.Fin);
        Settle(stream);
        return fault;
    }

    /// <summary>RESET_STREAM, STOP_SENDING, the MAX_ frames and the _BLOCKED frames of the peer's.</summary>
    public StreamFault OnNumberFrame(in NumberFrame frame)
    {
        switch (frame.Type)
        {
            case FrameType.MaxData:
                _credit.OnLimit(frame.First);
                return StreamFault.None;
            case FrameType.MaxStreams or FrameType.StreamsBlocked when frame.First > StreamId.MaxCount:
                // RFC 9000 sections 19.11 and 19.14.
                return new StreamFault(SessionErrorCode.FrameEncoding, "A number of streams is beyond what ids can count.");
            case FrameType.MaxStreams:
                AllowStreams(frame.First);
                return StreamFault.None;
            case FrameType.DataBlocked or FrameType.StreamsBlocked:
                // Limits that were raised are sent until they are acknowledged: the peer will hear of them anyway.
                return StreamFault.None;
            case FrameType.ResetStream or FrameType.StopSending or FrameType.MaxStreamData or FrameType.StreamDataBlocked:
                return OnStreamNumber(frame);
            default:
                return new StreamFault(SessionErrorCode.Internal, "The frame is not about streams.");
        }
    }

    /// <summary>
    /// Fills the rest of a packet, and adds a note per frame to <paramref name="notes"/>. False when nothing fitted or
    /// there was nothing.
    /// </summary>
    public bool Write(ref WireWriter writer, SentFrames notes)
    {
        int before = notes.Count;
        if (_numbers.TryWrite(ref writer, notes) && _scheduler.TryWriteControl(ref writer, notes))
        {
            _scheduler.WriteBytes(ref writer, notes);
        }

        return notes.Count > before;
    }

    /// <summary>Writes a copy of a stream's bytes from <paramref name="offset"/> on, for early data; see <see cref="SendStream.TryWriteCopy"/>.</summary>
    public bool TryWriteCopy(ulong id, ulong offset, ref WireWriter writer, out int length)
    {
        length = 0;
        return TryGet(id, out StreamState? stream) && stream.Send.TryWriteCopy(offset, ref writer, out length);
    }

    /// <summary>A packet with the frame was acknowledged. Frames that are not about streams are passed over.</summary>
    public void OnAcked(in SentFrame frame)
    {
        _numbers.OnAcked(frame);
        if (IsOfStream(frame.Kind) && TryGet(frame.Id, out StreamState? stream))
        {
            stream.OnAcked(frame);
            Settle(stream);
        }
    }

    /// <summary>A packet with the frame is held lost: what of it still matters goes out again.</summary>
    public void OnLost(in SentFrame frame)
    {
        _numbers.SendAgain(frame);
        if (IsOfStream(frame.Kind) && TryGet(frame.Id, out StreamState? stream))
        {
            stream.SendAgain(frame);
            Settle(stream);
        }
    }

    /// <summary>
    /// Sends a copy of a frame that is not held lost, on whichever path the next packet takes. Copies are
    /// not told apart: an acknowledgement of either settles the frame, a loss of either sends it once more.
    /// </summary>
    public void Requeue(in SentFrame frame) => OnLost(frame);

    /// <summary>Gives borrowed memory back when the session ends. Nothing may be called afterwards.</summary>
    public void ReturnBlocks()
    {
        foreach (StreamState stream in _table.Streams)
        {
            stream.Receive.ReturnBlocks();
        }
    }

    private static bool IsOfStream(SentFrameKind kind) => kind is SentFrameKind.StreamData or SentFrameKind.ResetStream
        or SentFrameKind.StopSending or SentFrameKind.MaxStreamData or SentFrameKind.StreamDataBlocked;

    private StreamFault OnStreamNumber(in NumberFrame frame)
    {
        StreamFault fault = Find(frame.First, out StreamState? stream);
        if (stream is null)
        {
            return fault;
        }

        switch (frame.Type)
        {
            case FrameType.ResetStream:
                fault = stream.Receive.OnReset(frame.Second, frame.Third);
                break;
            case FrameType.StopSending:
                stream.Send.OnStopSending(frame.Second);
                break;
            case FrameType.MaxStreamData:
                stream.Send.OnLimit(frame.Second);
                break;
        }

        Settle(stream);
        return fault;
    }

    /// <summary>The stream that a frame names; null with a fault, or without one when the stream is closed.</summary>
    private StreamFault Find(ulong id, out StreamState? stream)
    {
        stream = null;
        StreamFault fault = _table.Check(id);
        if (!fault.IsNone)
        {
            return fault;
        }

        while (_table.TryOpenTowards(id, out StreamState? opened))
        {
            opened.Events |= StreamEventKind.Opened;
            _events.Add(opened);
        }

        TryGet(id, out stream);
        return StreamFault.None;
    }

    private void AllowStreams(ulong count)
    {
        ulong before = _table.Limit;
        _canOpen |= _table.OnLimit(count);
        foreach (StreamState stream in _table.OpenedFrom(before))
        {
            Settle(stream);
        }
    }

    /// <summary>After anything happened to a stream: collects its news, forgets it when it is done, queues its work.</summary>
    private void Settle(StreamState stream)
    {
        stream.Events |= stream.Send.TakeNews() | stream.Receive.TakeNews();
        if (stream.IsDone && _table.Forget(stream))
        {
            stream.Events |= StreamEventKind.Closed;
        }

        _events.Add(stream);
        if (_table.MaySend(stream))
        {
            _scheduler.Add(stream);
        }
    }
}
