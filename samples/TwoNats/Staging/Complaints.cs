using System.Threading.Channels;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Keeps the last lines of a program's standard error.</summary>
internal sealed class Complaints
{
    // Enough to see what led to an end.
    private const int Kept = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];

    public Complaints(ChannelReader<string> error)
    {
        // Ends with the program.
        _ = ReadAsync(error);
    }

    /// <summary>The last lines, the newest last.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    private async Task ReadAsync(ChannelReader<string> error)
    {
        await foreach (string line in error.ReadAllAsync())
        {
            lock (_lock)
            {
                _lines.Enqueue(line);
                if (_lines.Count > Kept)
                {
                    _lines.Dequeue();
                }
            }
        }
    }
}
