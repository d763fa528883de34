using System.IO.Pipelines;
using System.Text;

namespace Ants.Samples.Chat.Lines;

/// <summary>Writes lines as a <see cref="LineReader"/> reads them.</summary>
internal static class LineWriter
{
    /// <summary>Adds a line and its end to what the next flush sends.</summary>
    public static void Write(PipeWriter output, string line)
    {
        int length = Encoding.UTF8.GetByteCount(line);
        Span<byte> span = output.GetSpan(length + 1);
        Encoding.UTF8.GetBytes(line, span);
        span[length] = (byte)'\n';
        output.Advance(length + 1);
    }
}
