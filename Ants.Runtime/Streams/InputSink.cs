using System.Buffers;
using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>
/// Where the protocol writes a stream's bytes: into the application's pipe, or nowhere once the application has stopped
/// reading. Counts, so that every byte is given back to flow control once.
/// </summary>
/// <remarks>
/// The pipe is asked for memory a block at a time and told of what is in it at a flush or when the block is full: each call takes its
/// lock, which the application's reader takes too.
/// </remarks>
internal sealed class InputSink(PipeWriter pipe) : IBufferWriter<byte>
{
    private byte[] _discard = [];
    private Memory<byte> _block;
    private int _filled;

    /// <summary>Bytes written since the start.</summary>
    public long Written { get; private set; }

    /// <summary>Whether what comes is thrown away.</summary>
    public bool IsDiscarding { get; private set; }

    public void Advance(int count)
    {
        Written += count;
        if (!IsDiscarding)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _block.Length - _filled);
            _filled += count;
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (IsDiscarding)
        {
            return Discarded(sizeHint);
        }

        if (_block.Length - _filled < Math.Max(sizeHint, 1))
        {
            Commit();
            _block = pipe.GetMemory(sizeHint);
        }

        return _block[_filled..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Shows the reader what was written.</summary>
    public ValueTask<FlushResult> FlushAsync()
    {
        Commit();
        return pipe.FlushAsync();
    }

    /// <summary>No more is written; what was, is read first.</summary>
    public void Complete(Exception? reason)
    {
        Commit();
        pipe.Complete(reason);
    }

    /// <summary>From now on what comes is thrown away.</summary>
    public void Discard()
    {
        if (!IsDiscarding)
        {
            Commit();
            IsDiscarding = true;
        }
    }

    private void Commit()
    {
        if (_filled > 0)
        {
            pipe.Advance(_filled);
        }

        // Memory of a pipe is the writer's only until the next call.
        (_block, _filled) = (default, 0);
    }

    private Memory<byte> Discarded(int sizeHint)
    {
        if (_discard.Length < Math.Max(sizeHint, 1))
        {
            _discard = new byte[Math.Max(sizeHint, 4096)];
        }

        return _discard;
    }
}
