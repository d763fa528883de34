using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Ants.Samples.Chat.Lines;

/// <summary>
/// Reads lines of UTF-8 that end in a line feed, from standard input and from the peer alike. What is kept in memory is
/// bounded by <see cref="MaxLineBytes"/>, whoever writes.
/// </summary>
internal sealed class LineReader(PipeReader input)
{
    /// <summary>The longest line without its end: far more than anyone types, far less than hurts.</summary>
    public const int MaxLineBytes = 16 * 1024;

    private bool _skipping;

    /// <summary>The next line; <see cref="LineRead.End"/> after the last, which needs no line feed.</summary>
    public async ValueTask<LineRead> ReadAsync(CancellationToken ct = default)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(ct);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is SequencePosition end)
            {
                LineRead line = Finish(buffer.Slice(0, end));
                input.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (result.IsCompleted)
            {
                LineRead last = buffer.IsEmpty && !_skipping ? LineRead.End : Finish(buffer);
                input.AdvanceTo(buffer.End);
                return last;
            }

            // One more than the limit, for a carriage return that belongs to the line's end.
            _skipping |= buffer.Length > MaxLineBytes + 1;
            input.AdvanceTo(_skipping ? buffer.End : buffer.Start, buffer.End);
        }
    }

    private LineRead Finish(ReadOnlySequence<byte> bytes)
    {
        if (!bytes.IsEmpty && bytes.Slice(bytes.Length - 1).FirstSpan[0] == '\r')
        {
            bytes = bytes.Slice(0, bytes.Length - 1);
        }

        bool tooLong = _skipping || bytes.Length > MaxLineBytes;
        _skipping = false;
        return tooLong ? LineRead.TooLong : LineRead.Of(Encoding.UTF8.GetString(bytes));
    }
}
