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

    // Where bytes are thrown away they are cut no smaller than this.
    private const int MinDiscarded = 4096;

    private static readonly Action<object?> s_offerWritten = static bridge => ((StreamBridge)bridge!).OfferNow();
    private static readonly Action<object?> s_giveBackRead = static bridge => ((StreamBridge)bridge!).GiveBackRead();

    private static readonly Action<object?> s_wake = static bridge => ((StreamBridge)bridge!).Wake();

    private readonly AgentCore _core;
    private readonly Session _session;

    // Null until somebody waits for it, or it is known.
    private TaskCompletionSource? _delivered;

    // Null until what comes is thrown away, and then where.
    private byte[]? _discarded;
    private long _received, _consumed, _read, _told, _lastTold;
    private bool _isSendingOver, _isReceivingOver, _isDeferred;

    // Whether something was written that the protocol has not been shown, and whether it has nothing left to send: only who writes
    // to a dry stream has to wake the driver, which finds the rest by itself when it comes to it.
    private int _isWritten, _isDry = 1;

    // Whether the peer may send so much more that it need not hear at once of what is read: whatever it sends brings a turn.
    private bool _isPeerAtEase;

    public StreamBridge(AgentCore core, Session session, ulong id)
    {
        _core = core;
        _session = session;
        Id = id;
        Input = new StreamInput(this);
        Output = new StreamOutput(this);
        session.Streams.Attach(id, this);
    }

    public ulong Id { get; }

    public StreamInput Input { get; }

    public StreamOutput Output { get; }

    /// <inheritdoc/>
    public Lock Gate { get; } = new();

    /// <inheritdoc/>
    public PipeScheduler Scheduler => _core.Scheduler;

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
        // Before the ends are completed: what is posted later would look like an end in order.
        _core.Driver.Post(() =>
        {
            _session.Streams.StopSending(Id, code);
            _session.Streams.Reset(Id, code);
            _core.Endpoint.Wake(_session);
            EndInput(StreamErrors.ToException(code));
            EndOutput(StreamErrors.ToException(code));
        });
        Input.Complete();
        Output.Complete();
    }

    void IStreamOwner.OnWritten()
    {
        // Both sides write the one and then read the other: one of them sees it.
        if (Interlocked.Exchange(ref _isWritten, 1) == 0 && Volatile.Read(ref _isDry) == 1 && !_core.Driver.TryRun(_session, s_offerWritten, this))
        {
            _core.Driver.Post(s_offerWritten, this);
        }
    }

    private void OnDry()
    {
        if (Interlocked.Exchange(ref _isDry, 1) == 0 && Volatile.Read(ref _isWritten) == 1)
        {
            OfferNow();
        }
    }

    void IStreamOwner.OnOutputAborted(Exception exception) => _core.Driver.Post(() =>
    {
        _session.Streams.Reset(Id, StreamErrors.Aborted);
        _core.Endpoint.Wake(_session);
        EndOutput(new AntsException(AntsError.StreamAborted, $"This side gave the stream up: {exception.Message}", exception));
    });

    void IStreamOwner.OnRead(long count)
    {
        if (Interlocked.Add(ref _read, count) != count)
        {
            return;
        }

        // Asked when it has been posted: a turn that finds the peer in need either sees the work or is seen here.
        _core.Driver.PostLazily(s_giveBackRead, this);
        if (!Volatile.Read(ref _isPeerAtEase))
        {
            _core.Driver.Hurry();
        }
    }

    void IStreamOwner.OnInputCompleted() => _core.Driver.Post(() =>
    {
        if (!_isReceivingOver)
        {
            _session.Streams.StopSending(Id, StreamErrors.Aborted);
        }

        Discard();
        EndInput(null);
    });

    private void GiveBackRead() => GiveBack(Interlocked.Exchange(ref _read, 0));

    /// <summary>On the driver: where the protocol writes what came.</summary>
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        if (_discarded is null)
        {
            return Input.Room(sizeHint);
        }

        if (_discarded.Length < Math.Max(sizeHint, 1))
        {
            _discarded = new byte[Math.Max(sizeHint, MinDiscarded)];
        }

        return _discarded;
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => ((IBufferWriter<byte>)this).GetMemory(sizeHint).Span;

    void IBufferWriter<byte>.Advance(int count)
    {
        _received += count;
        if (_discarded is null)
        {
            Input.Advance(count);
        }
    }

    /// <summary>Nobody will read what is unread.</summary>
    private void Discard()
    {
        _discarded ??= [];
        GiveBack(_received - _consumed);
        _core.Endpoint.Wake(_session);
    }

    private void GiveBack(long count)
    {
        // What was unread when it was discarded has been given back already.
        count = Math.Min(count, _received - _consumed);
        if (count > 0)
        {
            _consumed += count;
            _session.Streams.Consumed(Id, count, _core.Now, _session.RoundTrip);
            _core.Endpoint.Wake(_session);
        }
    }

    /// <summary>Lets go of what is acknowledged up to <paramref name="acked"/>, and shows the protocol all that is left and new.</summary>
    private void Offer(ulong acked)
    {
        if (_isSendingOver)
        {
            return;
        }

        Interlocked.Exchange(ref _isWritten, 0);
        ReadOnlySequence<byte> bytes = Output.Lend(acked, _session.Streams.SentUpTo(Id), out bool isLast);
        _session.Streams.SetBuffer(Id, acked, bytes, isLast);
        _core.Endpoint.Wake(_session);
        if (_session.Streams.AskForMore(Id))
        {
            Volatile.Write(ref _isDry, 0);
        }
        else
        {
            OnDry();
        }
    }

    private void Flush()
    {
        Volatile.Write(ref _isPeerAtEase, _session.Streams.IsPeerAtEase(Id));
        if (_discarded is not null)
        {
            GiveBack(_received - _consumed);
            return;
        }

        // A reader whom the last wake-up brought much gets more for the next.
        long fresh = _received - _told;
        bool isQuiet = _lastTold >= Much && fresh < MostUntold && (_isDeferred || _core.Driver.TryDefer(s_wake, this));
        Input.Show(isQuiet);
        if (isQuiet)
        {
            _isDeferred = true;
        }
        else
        {
            (_lastTold, _told) = ((_lastTold + fresh) / 2, _received);
        }
    }

    private void Wake()
    {
        _isDeferred = false;
        (_lastTold, _told) = ((_lastTold + _received - _told) / 2, _received);
        Input.Wake();
    }

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
