using System.Buffers;
using System.IO.Pipelines;

namespace Ants.Observing;

/// <summary>
/// Takes the records of one trace from the driver without waiting, and writes them elsewhere: two buffers, one that fills while the other is being
/// written. What finds the first one full is not taken. An error of the stream ends it.
/// </summary>
internal sealed class TraceSink(Func<Stream?> open, PipeScheduler scheduler, Action<Exception> failed)
{
    /// <summary>
    /// The most bytes that wait: some thousand packets, a tenth of a second at a gigabit a second, in which a disk that is only busy comes back.
    /// </summary>
    public const int MaxWaiting = 1 << 20;

    // A notice of what was left out is written even then; each is a line.
    private const int NoticeReserve = 1 << 12;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArrayBufferWriter<byte> _filling = new(), _writing = new();
    private Stream? _stream;
    private bool _isScheduled, _isCompleted, _isOpen;
    private volatile bool _isOver;

    /// <summary>Whether nothing is taken any more: the stream failed, was refused, or is done.</summary>
    public bool IsOver => _isOver;

    /// <summary>Completes when everything is written, or nothing can be any more. Never fails.</summary>
    public Task Finished => _finished.Task;

    /// <summary>Takes a record, or says that too many wait. <paramref name="isNotice"/>: it is short, and there is room kept for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> record, bool isNotice = false)
    {
        lock (_gate)
        {
            int room = MaxWaiting + (isNotice ? NoticeReserve : 0) - _filling.WrittenCount;
            if (_isCompleted || _isOver || record.Length > room)
            {
                return false;
            }

            _filling.Write(record);
            Schedule();
            return true;
        }
    }

    /// <summary>Nothing more comes: what waits is written, and the stream disposed.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (!_isCompleted)
            {
                _isCompleted = true;
                Schedule();
            }
        }
    }

    private void Schedule()
    {
        if (!_isScheduled)
        {
            _isScheduled = true;
            scheduler.Schedule(static sink => ((TraceSink)sink!).Drain(), this);
        }
    }

    /// <summary>Writes until nothing waits. Away from the driver; one at a time.</summary>
    private void Drain()
    {
        while (TryTake(out bool isEnd))
        {
            if (!_isOver)
            {
                Write();
            }

            _writing.ResetWrittenCount();
            if (isEnd)
            {
                End();
                return;
            }
        }
    }

    private bool TryTake(out bool isEnd)
    {
        lock (_gate)
        {
            isEnd = _isCompleted;
            if (_filling.WrittenCount == 0 && !isEnd)
            {
                return _isScheduled = false;
            }

            (_filling, _writing) = (_writing, _filling);
            return true;
        }
    }

    private void Write()
    {
        try
        {
            if (!_isOpen)
            {
                _isOpen = true;
                _stream = open();
                _isOver = _stream is null;
            }

            _stream?.Write(_writing.WrittenSpan);
            _stream?.Flush();
        }
#pragma warning disable CA1031 // Whatever a disk, a folder or an embedder's stream does, only the trace ends by it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _isOver = true;
            failed(e);
        }
    }

    private void End()
    {
        try
        {
            _stream?.Dispose();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed(e);
        }

        _isOver = true;
        _finished.SetResult();
    }
}
