using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Ants.Streams;

/// <summary>
/// The application's writing end of a stream, and what the driver sends from: bytes are held until they are acknowledged, and never
/// copied. That something was written, and that it was given up, is told to the stream's owner.
/// </summary>
/// <remarks>It behaves as the writer of a <see cref="Pipe"/> does, and holds no memory while nothing is unacknowledged.</remarks>
internal sealed class StreamOutput(IStreamOwner owner) : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>
    /// What may wait to be sent before a writer is held back. What is on its way does not count: the congestion window and the peer's
    /// flow control bound that, whatever the path's bandwidth and delay. At 10 Gbit/s a writer is woken two thousand times a second, and in time.
    /// </summary>
    public const int PauseAt = 1024 * 1024;

    /// <summary>What may wait of each stream where many share it: together more than that would only be cold in the cache when its turn comes.</summary>
    public const int LeastPauseAt = 256 * 1024;

    // The most on its way that does not count. A peer could acknowledge all but the first packet for ever.
    private const long MaxUnderWay = 16 * 1024 * 1024;

    private static readonly Action<object?> s_complete = static output => ((StreamOutput)output!)._wait!.Value.Complete();
    private static readonly Action<object?> s_cancel = static output => ((StreamOutput)output!).Wake(isCancelled: true);

    private BlockChain _chain;

    // Null until the first time that a writer must wait: most never do.
    private StrongBox<PipeWait>? _wait;
    private ExceptionDispatchInfo? _reason;

    // The offset in the stream up to which bytes do not hold the writer back.
    private long _taken;
    private bool _isCancelled, _isCompleted, _isAborted, _isEnded;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _chain.Unshown;

    private int Threshold => Math.Max(PauseAt / owner.Writers, LeastPauseAt);

    /// <summary>On the driver: all before it is acknowledged.</summary>
    public ulong Start => (ulong)_chain.Start;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        ThrowIfCompleted();
        if (!_chain.IsWriting)
        {
            lock (owner)
            {
                _chain.BeginWriting();
            }
        }

        return _chain.Room(sizeHint);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _chain.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (owner)
        {
            ThrowIfCompleted();
            if (_wait is { Value.IsPending: true })
            {
                throw new InvalidOperationException("One flush at a time.");
            }

            _chain.Show();
            LetGo();
        }

        // The bytes are the driver's as soon as this returns, whether or not it waits for room.
        owner.OnWritten();
        lock (owner)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            }

            bool mustWait = !_isEnded && !_isCancelled && _chain.End - _taken >= Threshold;
            return mustWait ? new ValueTask<FlushResult>(this, (_wait ??= new()).Value.Begin(s_cancel, this, cancellationToken)) : new ValueTask<FlushResult>(Take());
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (owner)
        {
            _isCancelled = true;
        }

        Wake(isCancelled: false);
    }

    /// <summary>FIN; with an exception RESET_STREAM, and what is not delivered yet never will be.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (owner)
        {
            if (_isCompleted)
            {
                return;
            }

            (_isCompleted, _isAborted) = (true, exception is not null);
            if (_isAborted)
            {
                _chain.Abandon();
            }
            else
            {
                _chain.Show();
            }

            LetGo();
        }

        if (exception is null)
        {
            owner.OnWritten();
        }
        else
        {
            owner.OnOutputAborted(exception);
        }
    }

    /// <summary>Completes it without a word to the owner, who resets the stream. What was not shown never will be.</summary>
    public void GiveUp()
    {
        lock (owner)
        {
            (_isCompleted, _isAborted) = (true, true);
            _chain.Abandon();
            LetGo();
        }
    }

    /// <summary>
    /// On the driver: lets go of what is acknowledged, and lends all that is left: until the next call, or <see cref="End"/>.
    /// </summary>
    /// <param name="acked">All before it is acknowledged.</param>
    /// <param name="sent">All before it was sent at least once.</param>
    /// <param name="isLast">Whether nothing will follow.</param>
    public ReadOnlySequence<byte> Lend(ulong acked, ulong sent, out bool isLast)
    {
        ReadOnlySequence<byte> bytes;
        lock (owner)
        {
            _chain.Release((long)acked);
            _taken = Math.Max(_taken, Math.Max((long)acked, Math.Min((long)sent, (long)acked + MaxUnderWay)));
            isLast = _isCompleted && !_isAborted;
            bytes = _chain.Shown;
        }

        Wake(isCancelled: false);
        return bytes;
    }

    /// <summary>On the driver: nothing more is taken, and what is held is let go of. With a reason, flushing throws it.</summary>
    public void End(Exception? reason)
    {
        lock (owner)
        {
            _isEnded = true;
            _reason = reason is null ? null : ExceptionDispatchInfo.Capture(reason);
            LetGo();
        }

        Wake(isCancelled: false);
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        _wait!.Value.GetResult(token);
        lock (owner)
        {
            return Take();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _wait!.Value.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait!.Value.OnCompleted(continuation, state, token, flags);

    private void Wake(bool isCancelled)
    {
        bool ended;
        lock (owner)
        {
            ended = (isCancelled || _isEnded || _isCancelled || _chain.End - _taken <= Threshold / 2) && _wait is not null && _wait.Value.TryEnd(isCancelled);
        }

        if (ended)
        {
            owner.Scheduler.Schedule(s_complete, this);
        }
    }

    private void LetGo()
    {
        if (_isEnded)
        {
            _chain.Release(_chain.End);
        }
    }

    private FlushResult Take()
    {
        _reason?.Throw();
        FlushResult result = new(_isCancelled, _isEnded);
        _isCancelled = false;
        return result;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The writer is completed: nothing can be written any more.");
        }
    }
}
