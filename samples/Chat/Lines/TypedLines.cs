using System.IO.Pipelines;
using System.Threading.Channels;

namespace Ants.Samples.Chat.Lines;

/// <summary>
/// The lines of standard input, read from the start on. At most <see cref="Capacity"/> wait for a session that can take
/// them; then reading pauses, so that a program that pipes into this one is slowed down and loses nothing.
/// </summary>
internal sealed class TypedLines
{
    /// <summary>How many lines wait.</summary>
    public const int Capacity = 1000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(Capacity) { SingleWriter = true, SingleReader = true });

    /// <summary>Starts to read; <paramref name="complain"/> is told about lines that are too long to send.</summary>
    public TypedLines(Stream input, Action<string> complain)
    {
        // The read may block for ever in the system and cannot be called off: it is left behind when the process ends.
        _ = Task.Run(() => ReadAllAsync(new LineReader(PipeReader.Create(input)), complain));
    }

    /// <summary>Waits for a line; <see langword="false"/> when standard input has ended and all lines are taken.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken ct) => _lines.Reader.WaitToReadAsync(ct);

    /// <summary>Takes a line if one waits.</summary>
    public bool TryTake(out string line) => _lines.Reader.TryRead(out line!);

    private async Task ReadAllAsync(LineReader reader, Action<string> complain)
    {
        try
        {
            for (long number = 1; await reader.ReadAsync() is { Kind: not LineReadKind.End } read; number++)
            {
                if (read.Kind == LineReadKind.TooLong)
                {
                    complain($"Line {number} was not sent: it is longer than {LineReader.MaxLineBytes} bytes.");
                }
                else
                {
                    await _lines.Writer.WriteAsync(read.Text);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A terminal that hung up reads as an error: its end.
            complain($"Standard input cannot be read: {e.Message}");
        }
        finally
        {
            _lines.Writer.TryComplete();
        }
    }
}
