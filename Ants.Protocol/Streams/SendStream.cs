using System.Buffers;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// The sending half of a stream (RFC 9000 section 3.1). It never copies what the application wrote: it is lent the
/// unacknowledged bytes, cuts frames out of them, and tells how far they are acknowledged.
/// </summary>
internal sealed class SendStream(ulong id)
{
    /// <summary>The most that a reader of STREAM frames takes.</summary>
    private const int MaxFrameBytes = ushort.MaxValue;

    private ByteRanges _acked;
    private ByteRanges _resend;
    private LentBytes _lent;
    private bool _completed;
    private StreamEventKind _news;
    private bool _tellsDry;
    private ulong _copied;
    private GrowingNumber _blocked;
    private OneTimeSignal _fin;
    private OneTimeSignal _reset;

    /// <summary>Everything below is acknowledged; it may be let go.</summary>
    public ulong AckedOffset { get; private set; }

    /// <summary>The first byte that was never sent. Once the stream is reset this is its final size.</summary>
    public ulong NextOffset { get; private set; }

    /// <summary>Where the bytes that the application has written so far end.</summary>
    public ulong End { get; private set; }

    /// <summary>The peer allows offsets below.</summary>
    public ulong Limit { get; private set; }

    public ulong ResetCode { get; private set; }

    public ulong StopCode { get; private set; }

    /// <summary>The peer has everything, or knows that it never will.</summary>
    public bool IsDone => _reset.IsRaised ? _reset.IsAcked : _fin.IsAcked && AckedOffset == End;

    /// <summary>Something to send that needs no credit: lost bytes, or a FIN with nothing before it.</summary>
    public bool HasUncharged => !_reset.IsRaised && (!_resend.IsEmpty || (_fin.IsPending && NextOffset == End));

    /// <summary>Bytes that were never sent and that the stream's own limit allows.</summary>
    public bool HasFresh => !_reset.IsRaised && NextOffset < Math.Min(End, Limit);

    public bool IsBlocked => !_reset.IsRaised && NextOffset < End && NextOffset == Limit;

    /// <summary>RESET_STREAM, as the peer must hear it.</summary>
    public ref OneTimeSignal ResetSignal => ref _reset;

    /// <summary>STREAM_DATA_BLOCKED, as the peer must hear it.</summary>
    public ref GrowingNumber Blocked => ref _blocked;

    /// <summary>What has happened since this was last asked.</summary>
    public StreamEventKind TakeNews()
    {
        StreamEventKind news = _news;
        _news = StreamEventKind.None;
        return news;
    }

    /// <summary>
    /// Lends the application's bytes from <paramref name="start"/> on, which lies at or below
    /// <see cref="AckedOffset"/>. The bytes lent before are not touched again.
    /// </summary>
    public void SetBuffer(ulong start, ReadOnlySequence<byte> bytes, bool completed)
    {
        ulong end = start + (ulong)bytes.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, AckedOffset);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, End);
        if (_completed && (!completed || end != End))
        {
            throw new InvalidOperationException("The stream is completed; its end does not move.");
        }

        if (_reset.IsRaised || IsDone)
        {
            return;
        }

        _lent = new LentBytes(start, bytes);
        End = end;
        _completed = completed;
        if (completed)
        {
            _fin.Raise();
        }

        NoteBlocked();
    }

    /// <summary>Gives up: the peer gets RESET_STREAM instead of the rest.</summary>
    public void Reset(ulong code)
    {
        if (_reset.IsRaised || IsDone)
        {
            return;
        }

        _reset.Raise();
        ResetCode = code;
        Release();
    }

    /// <summary>RFC 9000 section 3.5: STOP_SENDING is answered with a reset of the same code.</summary>
    public void OnStopSending(ulong code)
    {
        if (_reset.IsRaised || IsDone)
        {
            return;
        }

        StopCode = code;
        _news |= StreamEventKind.StopSending;
        Reset(code);
    }

    /// <summary>MAX_STREAM_DATA, or the limit that the peer's parameters give.</summary>
    public void OnLimit(ulong limit)
    {
        Limit = Math.Max(Limit, limit);
        NoteBlocked();
    }

    /// <summary>
    /// Writes one STREAM frame, lost bytes before new ones. Of new ones at most <paramref name="credit"/>;
    /// <paramref name="fresh"/> tells how many it took. False when there is no room.
    /// </summary>
    public bool TryWrite(ref WireWriter writer, ulong credit, out ulong fresh, out SentFrame note)
    {
        fresh = 0;
        note = default;
        bool again = !_resend.IsEmpty;
        (ulong start, ulong end) = again ? _resend.First : (NextOffset, NextOffset + Math.Min(Math.Min(End, Limit) - NextOffset, credit));
        int room = writer.Remaining - StreamFrame.HeaderLength(id, start, Math.Clamp(writer.Remaining, 0, MaxFrameBytes));
        int length = (int)Math.Min(end - start, (ulong)Math.Clamp(room, 0, MaxFrameBytes));
        bool fin = _fin is { IsRaised: true, IsAcked: false } && start + (ulong)length == End;
        if (room < 0 || (length == 0 && !fin))
        {
            return false;
        }

        _lent.CopyTo(start, StreamFrame.Write(ref writer, id, start, length, fin));
        end = start + (ulong)length;
        if (again)
        {
            _resend.Remove(start, end);
        }
        else
        {
            NextOffset = end;
            fresh = (ulong)length;
            NoteBlocked();
            NoteDry();
        }

        if (fin)
        {
            _fin.OnSent();
        }

        note = new SentFrame(SentFrameKind.StreamData, id, start, length, fin);
        return true;
    }

    /// <summary>
    /// Writes a STREAM frame with a copy of what was written from <paramref name="offset"/> on, as much as fits, before the peer's
    /// limits are known; see <see cref="SettleCopies"/>. False when nothing was written from there on.
    /// </summary>
    public bool TryWriteCopy(ulong offset, ref WireWriter writer, out int length)
    {
        length = 0;
        int room = writer.Remaining - StreamFrame.HeaderLength(id, offset, writer.Remaining);
        if (_reset.IsRaised || offset >= End || room <= 0)
        {
            return false;
        }

        length = (int)Math.Min(End - offset, (ulong)room);
        bool fin = _completed && offset + (ulong)length == End;
        _lent.CopyTo(offset, StreamFrame.Write(ref writer, id, offset, length, fin));
        _copied = Math.Max(_copied, offset + (ulong)length);
        return true;
    }

    /// <summary>
    /// The peer's limits are known: what of the copies was within them, and within <paramref name="credit"/>, it may have taken. That counts as
    /// sent, so that no reset tells of a smaller size, and as lost, so that it is sent in any case. Returns what it takes of the credit.
    /// </summary>
    public ulong SettleCopies(ulong credit)
    {
        ulong taken = Math.Min(Math.Min(_copied, Limit), credit);
        _copied = 0;
        if (taken <= NextOffset)
        {
            return 0;
        }

        ulong fresh = taken - NextOffset;
        NextOffset = taken;
        NoteDry();
        if (!_reset.IsRaised)
        {
            _resend.AddExcept(0, taken, _acked);
        }

        return fresh;
    }

    public void OnAcked(in SentFrame frame)
    {
        if (_reset.IsRaised || IsDone)
        {
            return;
        }

        if (frame.Fin)
        {
            _fin.OnAcked();
        }

        NoteAcked(frame.Offset, frame.Offset + (ulong)frame.Length);

        if (IsDone)
        {
            _news |= StreamEventKind.SendFinished;
            Release();
        }
    }

    /// <summary>The frame is lost, or must be sent a second time: what of it is not acknowledged goes out again.</summary>
    public void SendAgain(in SentFrame frame)
    {
        if (_reset.IsRaised || IsDone)
        {
            return;
        }

        if (frame.Fin)
        {
            _fin.OnLost();
        }

        ulong end = frame.Offset + (ulong)frame.Length;
        _resend.AddExcept(Math.Max(frame.Offset, AckedOffset), end, _acked);
    }

    /// <summary>
    /// Asks to hear, once, when all that was lent has been sent. False when that is so now.
    /// </summary>
    public bool AskForMore()
    {
        _tellsDry = !_reset.IsRaised && NextOffset < End;
        return _tellsDry;
    }

    private void NoteAcked(ulong start, ulong end)
    {
        if (!_resend.IsEmpty)
        {
            _resend.Remove(start, end);
        }

        if (_acked.IsEmpty && start <= AckedOffset)
        {
            // In order, as nearly all of them.
            _news |= end > AckedOffset ? StreamEventKind.Acked : StreamEventKind.None;
            AckedOffset = Math.Max(AckedOffset, end);
            return;
        }

        _acked.Add(Math.Max(start, AckedOffset), end);
        if (!_acked.IsEmpty && _acked.First is var (first, acked) && first == AckedOffset)
        {
            _acked.Remove(first, acked);
            AckedOffset = acked;
            _news |= StreamEventKind.Acked;
        }
    }

    private void NoteDry()
    {
        if (_tellsDry && NextOffset == End)
        {
            _tellsDry = false;
            _news |= StreamEventKind.Dry;
        }
    }

    private void NoteBlocked()
    {
        if (IsBlocked)
        {
            _blocked.Raise(Limit);
        }
    }

    private void Release()
    {
        _lent = default;
        _acked.Clear();
        _resend.Clear();
    }
}
