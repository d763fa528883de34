using System.Buffers;
using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>The application's reading end: a pipe's, which tells the protocol what was consumed and when reading stopped.</summary>
internal sealed class StreamInput(PipeReader inner, IStreamOwner owner) : PipeReader
{
    private ReadOnlySequence<byte> _last;
    private bool _isCompleted;

    public override void AdvanceTo(SequencePosition consumedTo) => AdvanceTo(consumedTo, consumedTo);

    public override void AdvanceTo(SequencePosition consumedTo, SequencePosition examined)
    {
        long count = _last.Slice(0, consumedTo).Length;
        _last = default;
        inner.AdvanceTo(consumedTo, examined);
        if (count > 0)
        {
            owner.OnRead(count);
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        _last = default;
        inner.Complete();
        if (!_isCompleted)
        {
            _isCompleted = true;
            owner.OnInputCompleted();
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Note(read.Result)) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        bool read = inner.TryRead(out result);
        if (read)
        {
            Note(result);
        }

        return read;
    }

    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Note(await read);

    private ReadResult Note(ReadResult result)
    {
        _last = result.Buffer;
        return result;
    }
}
