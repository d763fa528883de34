using System.Buffers;

namespace Ants.Protocol.Streams;

/// <summary>
/// The receiving half of a stream (RFC 9000 section 3.2). Bytes in order go straight into the destination; the others
/// wait in a <see cref="ReassemblyBuffer"/>. Whatever is held, in the destination or here, counts against the windows
/// of the stream and of the session until it is released.
/// </summary>
internal sealed class ReceiveStream(FlowWindow window, FlowWindow session)
{
    private readonly ReassemblyBuffer _early = new(0);
    private IBufferWriter<byte>? _destination;
    private ulong? _finalSize;
    private bool _finished;
    private bool _reset;
    private StreamEventKind _news;
    private OneTimeSignal _stop;

    public FlowWindow Window => window;

    /// <summary>Everything below was written into the destination.</summary>
    public ulong Delivered { get; private set; }

    /// <summary>Why the peer gave up, once it has.</summary>
    public ulong ResetCode { get; private set; }

    /// <summary>Blocks held for bytes that cannot be delivered yet.</summary>
    public int HeldBlocks => _early.BlockCount;

    /// <summary>Nothing that the peer can still send matters.</summary>
    public bool IsDone => _reset || _finished || (_finalSize is not null && _stop.IsRaised);

    /// <summary>STOP_SENDING, as the peer must hear it.</summary>
    public ref OneTimeSignal Stop => ref _stop;

    public ulong StopCode { get; private set; }

    public bool MustSendStop => _stop.IsPending && !IsDone;

    /// <summary>RFC 9000 section 3.2: once the final size is known no more credit is of use.</summary>
    public bool MustSendLimit => window.Announcement.IsPending && _finalSize is null && !_stop.IsRaised;

    private bool IsDiscarding => _reset || _stop.IsRaised;

    /// <summary>What has happened since this was last asked.</summary>
    public StreamEventKind TakeNews()
    {
        StreamEventKind news = _news;
        _news = StreamEventKind.None;
        return news;
    }

    /// <summary>Names where bytes go, and delivers what waits.</summary>
    public void Attach(IBufferWriter<byte> destination)
    {
        if (_destination is not null)
        {
            throw new InvalidOperationException("The stream has a destination already.");
        }

        if (!IsDiscarding)
        {
            _destination = destination;
            DeliverHeld();
        }
    }

    /// <summary>A STREAM frame.</summary>
    public StreamFault OnBytes(ulong offset, ReadOnlySpan<byte> bytes, bool fin)
    {
        ulong end = offset + (ulong)bytes.Length;
        StreamFault fault = Account(end, fin);
        if (!fault.IsNone || IsDiscarding || _finished || (end <= Delivered && !fin))
        {
            return fault;
        }

        if (offset < Delivered)
        {
            bytes = bytes[(int)Math.Min(Delivered - offset, (ulong)bytes.Length)..];
            offset = Delivered;
        }

        if (!Accept(offset, bytes))
        {
            return new StreamFault(SessionErrorCode.ConflictingOverlap, "The same bytes of a stream arrived twice and differ.");
        }

        DeliverHeld();
        return StreamFault.None;
    }

    /// <summary>A RESET_STREAM frame.</summary>
    public StreamFault OnReset(ulong code, ulong finalSize)
    {
        StreamFault fault = Account(finalSize, isFinal: true);
        if (!fault.IsNone || _finished || _reset)
        {
            return fault;
        }

        _reset = true;
        ResetCode = code;
        if (!_stop.IsRaised)
        {
            Drop();
            _news |= StreamEventKind.Reset;
        }

        return StreamFault.None;
    }

    /// <summary>The application wants no more: what is held and what still comes is dropped.</summary>
    public void StopSending(ulong code)
    {
        if (IsDone || _stop.IsRaised)
        {
            return;
        }

        _stop.Raise();
        StopCode = code;
        Drop();
    }

    /// <summary>Bytes of the destination are no longer held there.</summary>
    public void Consumed(ulong bytes, Instant now, TimeSpan rtt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Delivered - window.Released);
        window.Release(bytes, now, rtt);
    }

    /// <summary>Gives the blocks back when the session ends.</summary>
    public void ReturnBlocks() => _early.Clear();

    /// <summary>RFC 9000 sections 4.1 and 4.5: checks the final size and both limits, then counts what is new.</summary>
    private StreamFault Account(ulong end, bool isFinal)
    {
        if ((_finalSize is { } size && (end > size || (isFinal && end != size))) || (isFinal && end < window.Received))
        {
            return new StreamFault(SessionErrorCode.FinalSize, "A stream went on beyond its end, or its end has moved.");
        }

        ulong fresh = end > window.Received ? end - window.Received : 0;
        if (!window.Allows(fresh))
        {
            return new StreamFault(SessionErrorCode.FlowControl, "More bytes came on a stream than were allowed.");
        }

        if (!session.Allows(fresh))
        {
            return new StreamFault(SessionErrorCode.FlowControl, "More bytes came on all streams than were allowed.");
        }

        _finalSize = isFinal ? end : _finalSize;
        window.Receive(fresh);
        session.Receive(fresh);
        if (IsDiscarding)
        {
            session.Release(fresh);
        }

        return StreamFault.None;
    }

    /// <summary>Writes bytes into the destination when they are the next ones, else keeps them; false when they conflict.</summary>
    private bool Accept(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (offset != Delivered || _destination is null)
        {
            return _early.TryStore(offset, bytes);
        }

        if (!_early.IsEmpty && !_early.Agrees(offset, bytes))
        {
            return false;
        }

        Deliver(bytes);
        return true;
    }

    private void DeliverHeld()
    {
        while (_destination is not null && _early.RunAt(Delivered) is { IsEmpty: false } run)
        {
            Deliver(run);
        }

        if (Delivered == _finalSize && !_finished)
        {
            _finished = true;
            _early.Clear();
            _news |= StreamEventKind.Finished;
        }
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        _destination!.Write(bytes);
        Delivered += (ulong)bytes.Length;
        if (!_early.IsEmpty && Delivered == window.Received)
        {
            // Nothing waits: not even the block that the next bytes would fall into stays. What is idle may be so for hours.
            _early.Clear();
        }

        _early.ReleaseBelow(Delivered);
        _news |= StreamEventKind.Readable;
    }

    /// <summary>
    /// Gives back what never reached the destination. What did is released as the application reads or discards it,
    /// whatever has become of the stream by then.
    /// </summary>
    private void Drop()
    {
        _early.Clear();
        _destination = null;
        session.Release(window.Received - Delivered);
    }
}
