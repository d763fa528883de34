using System.Threading.Channels;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Keeps the last lines of a program's standard error, and what it says of its relays.</summary>
internal sealed class Complaints
{
    // Enough to see what led to an end.
    private const int Kept = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private readonly Dictionary<string, int> _registrations = [];
    private readonly Dictionary<string, string> _carriers = [];

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

    /// <summary>How often it has said that it registered at a relay.</summary>
    public int TimesRegistered(string relay)
    {
        lock (_lock)
        {
            return _registrations.GetValueOrDefault(relay);
        }
    }

    /// <summary>By what it last said to reach a relay; null while it has not.</summary>
    public string? CarrierTo(string relay)
    {
        lock (_lock)
        {
            return _carriers.GetValueOrDefault(relay);
        }
    }

    private async Task ReadAsync(ChannelReader<string> error)
    {
        await foreach (string line in error.ReadAllAsync())
        {
            lock (_lock)
            {
                _lines.Enqueue(line);
                if (RegistrationNote.TryRead(line, out string relay))
                {
                    _registrations[relay] = _registrations.GetValueOrDefault(relay) + 1;
                }

                if (CarrierNote.TryRead(line, out relay, out string carrier))
                {
                    _carriers[relay] = carrier;
                }

                if (_lines.Count > Kept)
                {
                    _lines.Dequeue();
                }
            }
        }
    }
}
