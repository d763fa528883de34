using System.Buffers;
using System.IO.Pipelines;
using Ants.Agents;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Streams;

/// <summary>
/// Joins a stream of the protocol to the two pipes that the application holds. The pipe of the sending side keeps the bytes
/// until they are acknowledged and is what the protocol sends from; nothing is copied.
/// </summary>
internal sealed class StreamBridge : IStreamOwner
{
    // The most on its way that does not count. A peer could acknowledge all but the first packet for ever.
    private const ulong MaxUnderWay = 16 * 1024 * 1024;

    private static readonly Action<object?> s_offerWritten = static bridge => ((StreamBridge)bridge!).OfferNow();
    private static readonly Action<object?> s_giveBackRead = static bridge => ((StreamBridge)bridge!).GiveBackRead();

    private readonly AgentCore _core;
    private readonly Session _session;
    private readonly PipeReader _written;
    private readonly InputSink _sink;

    // Null until somebody waits for it, or it is known.
    private TaskCompletionSource? _delivered;
    private ReadOnlySequence<byte> _buffer;
    private ulong _start, _examined;
    private long _consumed, _read;
    private bool _isReading, _isSendingOver, _isReceivingOver;

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
        Pipe outgoing = core.Pipes.CreateOutgoing(), incoming = core.Pipes.CreateIncoming();
        _written = outgoing.Reader;
        _sink = new InputSink(incoming.Writer);
        Input = new StreamInput(incoming.Reader, this);
        Output = new StreamOutput(outgoing.Writer, this);
        session.Streams.Attach(id, _sink);
    }

    public ulong Id { get; }

    public StreamInput Input { get; }

    public StreamOutput Output { get; }

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
                Offer(_start);
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
    public void OfferNow() => Offer(_start);

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
            Offer(_start);
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

    /// <summary>Nobody will read what is unread.</summary>
    private void Discard()
    {
        _sink.Discard();
        GiveBack(_sink.Written - _consumed);
        _core.Endpoint.Wake(_session);
    }

    private void GiveBack(long count)
    {
        // What was unread when it was discarded has been given back already.
        count = Math.Min(count, _sink.Written - _consumed);
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

        if (_isReading)
        {
            // Examined as far as it was sent, but never to the end: so the pipe gives the rest again, and holds the writer back by what is not sent.
            ulong end = _start + (ulong)_buffer.Length;
            ulong examined = Math.Min(Math.Min(_session.Streams.SentUpTo(Id), acked + MaxUnderWay), Math.Max(end, 1) - 1);
            _examined = Math.Max(Math.Max(_examined, examined), acked);
            _written.AdvanceTo(_buffer.GetPosition((long)(acked - _start)), _buffer.GetPosition((long)(_examined - _start)));
            _isReading = false;
        }

        Interlocked.Exchange(ref _isWritten, 0);
        _start = acked;
        _buffer = default;
        bool isCompleted = false;
        if (_written.TryRead(out ReadResult result))
        {
            _isReading = true;
            _buffer = result.Buffer;
            isCompleted = result.IsCompleted;
        }

        _session.Streams.SetBuffer(Id, _start, _buffer, isCompleted);
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
        if (_sink.IsDiscarding)
        {
            GiveBack(_sink.Written - _consumed);
        }
        else
        {
            // Never waits: the pipe has no threshold, since flow control bounds what the peer may send.
            ValueTask<FlushResult> flush = _sink.FlushAsync();
            if (!flush.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("A pipe without a threshold made its writer wait.");
            }
        }
    }

    private void EndInput(AntsException? reason)
    {
        if (_isReceivingOver)
        {
            return;
        }

        _isReceivingOver = true;
        _sink.Complete(reason);
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
        if (_isReading)
        {
            _written.AdvanceTo(_buffer.End);
            _isReading = false;
        }

        _buffer = default;
        _written.Complete(reason);
        if (reason is not null)
        {
            Delivery.TrySetException(reason);

            // Nobody need wait for it; an exception that is never looked at is not an error.
            _ = Delivery.Task.Exception;
        }
    }
}
