using System.IO.Pipelines;
using System.Threading.Channels;

namespace Ants.Samples.Chat.Lines;

/// <summary>
/// The lines of standard input, or of whoever types in its place. Input is read from the start on, and at most
/// <see cref="Capacity"/> lines wait for a session that can take them; then reading pauses, so that a program that pipes
/// into this one is slowed down and loses nothing.
/// </summary>
internal sealed class TypedLines
{
    /// <summary>How many lines wait.</summary>
    public const int Capacity = 1000;

    private readonly ChannelReader<string> _lines;

    /// <summary>Lines that come from within this process, until the channel is completed.</summary>
    public TypedLines(ChannelReader<string> lines) => _lines = lines;

    /// <summary>Starts to read; <paramref name="complain"/> is told about lines that are too long to send or that have to wait.</summary>
    public TypedLines(Stream input, Action<string> complain)
    {
        Channel<string> lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(Capacity) { SingleWriter = true, SingleReader = true });
        _lines = lines.Reader;

        // The read may block for ever in the system and cannot be called off: it is left behind when the process ends.
        _ = Task.Run(() => ReadAllAsync(new LineReader(PipeReader.Create(input)), lines.Writer, complain));
    }

    /// <summary>How many lines wait now.</summary>
    public int Waiting => _lines.CanCount ? _lines.Count : 0;

    /// <summary>Waits for a line; <see langword="false"/> when standard input has ended and all lines are taken.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken ct) => _lines.WaitToReadAsync(ct);

    /// <summary>Takes a line if one waits.</summary>
    public bool TryTake(out string line) => _lines.TryRead(out line!);

    private static async Task ReadAllAsync(LineReader reader, ChannelWriter<string> lines, Action<string> complain)
    {
        bool saidThatTheyWait = false;
        try
        {
            for (long number = 1; await reader.ReadAsync() is { Kind: not LineReadKind.End } read; number++)
            {
                if (read.Kind == LineReadKind.TooLong)
                {
                    complain($"Line {number} was not sent: it is longer than {LineReader.MaxLineBytes} bytes.");
                }
                else if (!lines.TryWrite(read.Text))
                {
                    if (!saidThatTheyWait)
                    {
                        complain($"{Capacity} lines wait to be sent: no more is read until some of them are.");
                        saidThatTheyWait = true;
                    }

                    await lines.WriteAsync(read.Text);
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
            lines.TryComplete();
        }
    }
}
