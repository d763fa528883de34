using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Ants.Streams;

/// <summary>
/// The application's reading end of a stream, and what the driver fills it by. The protocol's flow control bounds what is unread, so the
/// driver never waits. What was consumed, and that reading stopped, is told to the stream's owner.
/// </summary>
/// <remarks>It behaves as the reader of a <see cref="Pipe"/> does, and holds no memory while there is nothing to read.</remarks>
internal sealed class StreamInput(IStreamOwner owner) : PipeReader, IValueTaskSource<ReadResult>
{
    private static readonly Action<object?> s_complete = static input => ((StreamInput)input!)._wait.Complete();
    private static readonly Action<object?> s_cancel = static input => ((StreamInput)input!).Wake(isCancelled: true);

    private BlockChain _chain;
    private PipeWait _wait;
    private ExceptionDispatchInfo? _reason;

    // Offsets in the stream: what the last read showed, and how far it was looked at.
    private long _seen, _examined;
    private bool _isReading, _isCancelled, _wasCancelled, _isCompleted, _isEnded;

    private bool HasNews => _isCancelled || _isEnded || _chain.End > _examined;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (owner)
        {
            ThrowIfNotReadable();
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<ReadResult>(cancellationToken)
                : HasNews ? new ValueTask<ReadResult>(Take())
                : new ValueTask<ReadResult>(this, _wait.Begin(s_cancel, this, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (owner)
        {
            ThrowIfNotReadable();
            bool hasNews = HasNews;
            result = hasNews ? Take() : default;
            return hasNews;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long count;
        lock (owner)
        {
            if (_isCompleted || !_isReading)
            {
                throw new InvalidOperationException(_isCompleted ? "The reader is completed." : "Nothing has been read since the last advance.");
            }

            long start = _chain.Start;
            long to = OffsetOf(consumed, start), seen = OffsetOf(examined, _seen);
            if (to < start || to > seen || seen > _seen)
            {
                throw new ArgumentOutOfRangeException(nameof(consumed), "A position that is not in the buffer that was read last, or consumed behind examined.");
            }

            // What has been looked at once is not news again.
            (_isReading, _examined) = (false, Math.Max(_examined, seen));
            _chain.Release(_reason is null ? to : _chain.End);
            count = to - start;
        }

        if (count > 0)
        {
            owner.OnRead(count);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        lock (owner)
        {
            _isCancelled = true;
        }

        Wake();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        lock (owner)
        {
            if (_isCompleted)
            {
                return;
            }

            (_isCompleted, _isReading) = (true, false);
            _chain.Release(_chain.End);
        }

        owner.OnInputCompleted();
    }

    /// <summary>On the driver: memory for what the peer sent.</summary>
    public Memory<byte> Room(int size)
    {
        if (!_chain.IsWriting)
        {
            lock (owner)
            {
                _chain.BeginWriting();
            }
        }

        return _chain.Room(size);
    }

    /// <summary>On the driver: so much of it was filled.</summary>
    public void Advance(int count) => _chain.Advance(count);

    /// <summary>On the driver: shows the reader what was filled. A reader that waits is not woken yet if <paramref name="isQuiet"/>.</summary>
    public void Show(bool isQuiet = false)
    {
        lock (owner)
        {
            _chain.Show();
            LetGo();
        }

        if (!isQuiet)
        {
            Wake();
        }
    }

    /// <summary>On the driver: no more comes. With a reason, what has come is not read either: reading throws it.</summary>
    public void End(Exception? reason)
    {
        lock (owner)
        {
            _chain.Show();
            _isEnded = true;
            _reason = reason is null ? null : ExceptionDispatchInfo.Capture(reason);
            LetGo();
        }

        Wake();
    }

    /// <summary>Goes on with a reader that waits, if there is anything to tell it.</summary>
    public void Wake() => Wake(isCancelled: false);

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _wait.GetResult(token);
        lock (owner)
        {
            return Take();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private static long OffsetOf(SequencePosition position, long otherwise) =>
        position.GetObject() is Block block ? block.Start + position.GetInteger() : otherwise;

    private void Wake(bool isCancelled)
    {
        bool ended;
        lock (owner)
        {
            ended = (isCancelled || HasNews) && _wait.TryEnd(isCancelled);
        }

        if (ended)
        {
            owner.Scheduler.Schedule(s_complete, this);
        }
    }

    /// <summary>What nobody will read is let go of; what somebody is reading is not.</summary>
    private void LetGo()
    {
        if (_isCompleted || (_reason is not null && !_isReading))
        {
            _chain.Release(_chain.End);
        }
    }

    private ReadResult Take()
    {
        _reason?.Throw();
        _wasCancelled = _isCancelled;
        (_isCancelled, _isReading, _seen) = (false, true, _chain.End);
        return new ReadResult(_chain.Shown, _wasCancelled, _isEnded);
    }

    private void ThrowIfNotReadable()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The reader is completed: nothing can be read any more.");
        }

        // After a read that was cancelled the next need not be preceded by an advance.
        if (_wait.IsPending || (_isReading && !_wasCancelled))
        {
            throw new InvalidOperationException("One read at a time, and an advance after each.");
        }
    }
}
