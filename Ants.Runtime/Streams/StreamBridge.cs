using System.Buffers;
using System.IO.Pipelines;
using Ants.Agents;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Streams;

/// <summary>
/// Joins a stream of the protocol to the two ends that the application holds. The sending end keeps the bytes until they are
/// acknowledged and is what the protocol sends from; the receiving end is what it writes to. Counts what was received, so that
/// every byte is given back to flow control once.
/// </summary>
internal sealed class StreamBridge : IStreamOwner, IBufferWriter<byte>
{
    // What a wake-up brings a reader on a fast stream, and what it is woken for in any case.
    private const long Much = 64 * 1024, MostUntold = 1024 * 1024;

    // Where bytes go that are thrown away: all drivers write to it, and nobody reads it.
    private static readonly byte[] s_waste = new byte[16 * 1024];

    private static readonly Action<object?> s_offerWritten = static bridge => ((StreamBridge)bridge!).OfferNow();
    private static readonly Action<object?> s_giveBackRead = static bridge => ((StreamBridge)bridge!).GiveBackRead();
    private static readonly Action<object?> s_wake = static bridge => ((StreamBridge)bridge!).Wake();

    // Null until somebody waits for it, or it is known.
    private TaskCompletionSource? _delivered;

    private long _received, _consumed, _read, _told;
    private int _lastTold;
    private bool _isSendingOver, _isReceivingOver, _isDiscarding, _isDeferred;

    // Whether something was written that the protocol has not been shown, and whether it has nothing left to send: only who writes
    // to a dry stream has to wake the driver, which finds the rest by itself when it comes to it.
    private bool _isWritten, _isDry = true;

    // Whether the peer may send so much more that it need not hear at once of what is read: whatever it sends brings a turn.
    private bool _isPeerAtEase;

    public StreamBridge(PeerSession owner, ulong id)
    {
        Owner = owner;
        Id = id;
        Input = new StreamInput(this);
        Output = new StreamOutput(this);
        owner.Session.Streams.Attach(id, this);
    }

    /// <summary>The session that the stream belongs to.</summary>
    public PeerSession Owner { get; }

    public ulong Id { get; }

    public StreamInput Input { get; }

    public StreamOutput Output { get; }

    /// <inheritdoc/>
    public PipeScheduler Scheduler => Core.Scheduler;

    /// <inheritdoc/>
    public int Writers => Math.Max(1, Owner.StreamCount);

    private AgentCore Core => Owner.Core;

    private Session Session => Owner.Session;

    /// <summary>Completes when the peer has everything, the end included; fails when it never will.</summary>
    public Task Delivered => Delivery.Task;

    private TaskCompletionSource Delivery =>
        LazyInitializer.EnsureInitialized(ref _delivered, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>On the driver: something happened to the stream.</summary>
    public void OnEvent(in StreamEvent e)
    {
        switch (e.Kind)
        {
            case StreamEventKind.Readable:
                Flush();
                break;
            case StreamEventKind.Finished:
                EndInput(null);
                break;
            case StreamEventKind.Reset:
                EndInput(StreamErrors.ToException(e.Value));
                break;
            case StreamEventKind.StopSending:
                EndOutput(StreamErrors.ToException(e.Value));
                break;
            case StreamEventKind.Acked:
                Offer(e.Value);
                break;
            case StreamEventKind.Dry:
                // Also when nothing new is there: a writer that waited for what was unsent goes on.
                OfferNow();
                break;
            case StreamEventKind.SendFinished:
                Delivery.TrySetResult();
                EndOutput(null);
                break;
            default:
                break;
        }
    }

    /// <summary>On the driver: shows the protocol what has been written, at once.</summary>
    public void OfferNow() => Offer(Output.Start);

    /// <summary>On the driver: the session is over, and with it the stream.</summary>
    public void OnSessionOver(AntsException reason)
    {
        EndInput(reason);
        EndOutput(reason);
    }

    /// <summary>
    /// Gives both directions up and tells the peer <paramref name="code"/>. For who holds the ends of the application, which
    /// are completed by it.
    /// </summary>
    public void Abort(ulong code)
    {
        Core.Driver.Post(() =>
        {
            Session.Streams.StopSending(Id, code);
            Session.Streams.Reset(Id, code);
            Core.Endpoint.Wake(Session);
            EndInput(StreamErrors.ToException(code));
            EndOutput(StreamErrors.ToException(code));
        });
        Input.Complete();
        Output.GiveUp();
    }

    void IStreamOwner.OnWritten()
    {
        // Both sides write the one and then read the other: one of them sees it.
        if (!Interlocked.Exchange(ref _isWritten, true) && Volatile.Read(ref _isDry) && !Core.Driver.TryRun(Session, s_offerWritten, this))
        {
            Core.Driver.Post(s_offerWritten, this);
        }
    }

    private void OnDry()
    {
        if (!Interlocked.Exchange(ref _isDry, true) && Volatile.Read(ref _isWritten))
        {
            OfferNow();
        }
    }

    void IStreamOwner.OnOutputAborted(Exception exception) => Core.Driver.Post(() =>
    {
        Session.Streams.Reset(Id, StreamErrors.Aborted);
        Core.Endpoint.Wake(Session);
        EndOutput(new AntsException(AntsError.StreamAborted, $"This side gave the stream up: {exception.Message}", exception));
    });

    void IStreamOwner.OnRead(long count)
    {
        if (Interlocked.Add(ref _read, count) != count)
        {
            return;
        }

        // Asked when it has been posted: a turn that finds the peer in need either sees the work or is seen here.
        Core.Driver.PostLazily(s_giveBackRead, this);
        if (!Volatile.Read(ref _isPeerAtEase))
        {
            Core.Driver.Hurry();
        }
    }

    void IStreamOwner.OnInputCompleted() => Core.Driver.Post(() =>
    {
        if (!_isReceivingOver)
        {
            Session.Streams.StopSending(Id, StreamErrors.Aborted);
        }

        Discard();
        EndInput(null);
    });

    private void GiveBackRead() => GiveBack(Interlocked.Exchange(ref _read, 0));

    /// <summary>On the driver: where the protocol writes what came.</summary>
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        if (!_isDiscarding)
        {
            return Input.Room(sizeHint);
        }

        return sizeHint <= s_waste.Length ? s_waste : new byte[sizeHint];
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => ((IBufferWriter<byte>)this).GetMemory(sizeHint).Span;

    void IBufferWriter<byte>.Advance(int count)
    {
        _received += count;
        if (!_isDiscarding)
        {
            Input.Advance(count);
        }
    }

    /// <summary>Nobody will read what is unread.</summary>
    private void Discard()
    {
        _isDiscarding = true;
        GiveBack(_received - _consumed);
        Core.Endpoint.Wake(Session);
    }

    private void GiveBack(long count)
    {
        // What was unread when it was discarded has been given back already.
        count = Math.Min(count, _received - _consumed);
        if (count > 0)
        {
            _consumed += count;
            Session.Streams.Consumed(Id, count, Core.Now, Session.RoundTrip);
            Core.Endpoint.Wake(Session);
        }
    }

    /// <summary>Lets go of what is acknowledged up to <paramref name="acked"/>, and shows the protocol all that is left and new.</summary>
    private void Offer(ulong acked)
    {
        if (_isSendingOver)
        {
            return;
        }

        Interlocked.Exchange(ref _isWritten, false);
        ReadOnlySequence<byte> bytes = Output.Lend(acked, Session.Streams.SentUpTo(Id), out bool isLast);
        Session.Streams.SetBuffer(Id, acked, bytes, isLast);
        Core.Endpoint.Wake(Session);
        if (Session.Streams.AskForMore(Id))
        {
            Volatile.Write(ref _isDry, false);
        }
        else
        {
            OnDry();
        }
    }

    private void Flush()
    {
        Volatile.Write(ref _isPeerAtEase, Session.Streams.IsPeerAtEase(Id));
        if (_isDiscarding)
        {
            GiveBack(_received - _consumed);
            return;
        }

        // A reader whom the last wake-up brought much gets more for the next.
        long fresh = _received - _told;
        bool isQuiet = _lastTold >= Much && fresh < MostUntold && (_isDeferred || Core.Driver.TryDefer(s_wake, this));
        Input.Show(isQuiet);
        if (isQuiet)
        {
            _isDeferred = true;
        }
        else
        {
            Tell();
        }
    }

    private void Wake()
    {
        _isDeferred = false;
        Tell();
        Input.Wake();
    }

    /// <summary>Notes that the reader is told of all that was received.</summary>
    private void Tell() => (_lastTold, _told) = ((int)((_lastTold + Math.Min(_received - _told, MostUntold)) / 2), _received);

    private void EndInput(AntsException? reason)
    {
        if (_isReceivingOver)
        {
            return;
        }

        _isReceivingOver = true;
        Input.End(reason);
        if (reason is not null)
        {
            // Reading throws from now on, also what has arrived.
            Discard();
        }
    }

    private void EndOutput(AntsException? reason)
    {
        if (_isSendingOver)
        {
            return;
        }

        _isSendingOver = true;
        Output.End(reason);
        if (reason is not null)
        {
            Delivery.TrySetException(reason);

            // Nobody need wait for it; an exception that is never looked at is not an error.
            _ = Delivery.Task.Exception;
        }
    }
}
