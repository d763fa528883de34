using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Streams;

/// <summary>
/// Streams that take turns. A stream stands in it at most once; one whose work went away meanwhile is passed over.
/// </summary>
internal sealed class StreamQueue(StreamQueues mark, Func<StreamState, bool> hasWork)
{
    // Whose turn it is, and those after it. Most sessions never have two streams with work at a time: they need no queue.
    private StreamState? _first;
    private Queue<StreamState>? _others;

    /// <summary>Adds a stream that has work and does not stand here yet; false when it has none, or does.</summary>
    public bool Add(StreamState stream)
    {
        if ((stream.Queues & mark) != 0 || !hasWork(stream))
        {
            return false;
        }

        stream.Queues |= mark;
        if (_first is null)
        {
            _first = stream;
        }
        else
        {
            (_others ??= new()).Enqueue(stream);
        }

        return true;
    }

    /// <summary>The stream whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out StreamState? stream)
    {
        while ((stream = _first) is not null)
        {
            if (hasWork(stream))
            {
                return true;
            }

            Leave(stream);
        }

        return false;
    }

    /// <summary>Ends the turn of the stream that <see cref="TryPeek"/> gave; it goes to the end when it has more.</summary>
    public void Rotate()
    {
        StreamState stream = _first!;
        Leave(stream);
        Add(stream);
    }

    private void Leave(StreamState stream)
    {
        stream.Queues &= ~mark;
        _first = null;
        _others?.TryDequeue(out _first);
    }
}
