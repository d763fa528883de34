using System.Buffers;
using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>
/// Where the protocol writes a stream's bytes: into the application's pipe, or nowhere once the application has stopped
/// reading. Counts, so that every byte is given back to flow control once.
/// </summary>
internal sealed class InputSink(PipeWriter pipe) : IBufferWriter<byte>
{
    private byte[] _discard = [];

    /// <summary>Bytes written since the start.</summary>
    public long Written { get; private set; }

    /// <summary>Whether what comes is thrown away.</summary>
    public bool IsDiscarding { get; set; }

    public void Advance(int count)
    {
        Written += count;
        if (!IsDiscarding)
        {
            pipe.Advance(count);
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => IsDiscarding ? Discard(sizeHint) : pipe.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => IsDiscarding ? Discard(sizeHint).Span : pipe.GetSpan(sizeHint);

    private Memory<byte> Discard(int sizeHint)
    {
        if (_discard.Length < Math.Max(sizeHint, 1))
        {
            _discard = new byte[Math.Max(sizeHint, 4096)];
        }

        return _discard;
    }
}
