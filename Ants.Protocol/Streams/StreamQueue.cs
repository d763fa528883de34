using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Streams;

/// <summary>
/// Streams that take turns. A stream stands in it at most once; one whose work went away meanwhile is passed over.
/// </summary>
internal sealed class StreamQueue(StreamQueues mark, Func<StreamState, bool> hasWork)
{
    private readonly Queue<StreamState> _streams = new();

    /// <summary>Adds a stream that has work and does not stand here yet.</summary>
    public void Add(StreamState stream)
    {
        if ((stream.Queues & mark) == 0 && hasWork(stream))
        {
            stream.Queues |= mark;
            _streams.Enqueue(stream);
        }
    }

    /// <summary>The stream whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out StreamState? stream)
    {
        while (_streams.TryPeek(out stream))
        {
            if (hasWork(stream))
            {
                return true;
            }

            Leave();
        }

        return false;
    }

    /// <summary>Ends the turn of the stream at the front; it goes to the end when it has more.</summary>
    public void Rotate() => Add(Leave());

    private StreamState Leave()
    {
        StreamState stream = _streams.Dequeue();
        stream.Queues &= ~mark;
        return stream;
    }
}
