using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>The application's writing end: a pipe's, which tells the protocol when there is something to send.</summary>
internal sealed class StreamOutput(PipeWriter inner, IStreamOwner owner) : PipeWriter
{
    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>FIN; with an exception RESET_STREAM, and what is not delivered yet never will be.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        if (exception is not null)
        {
            // Before the pipe is completed, which alone would be an end in order.
            owner.OnOutputAborted(exception);
        }

        inner.Complete();
        owner.OnWritten();
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // The bytes are the reader's as soon as this returns, whether or not it waits for room.
        ValueTask<FlushResult> flush = inner.FlushAsync(cancellationToken);
        owner.OnWritten();
        return flush;
    }
}
