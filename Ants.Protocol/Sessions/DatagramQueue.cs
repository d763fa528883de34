using System.Buffers;

namespace Ants.Protocol.Sessions;

/// <summary>Unreliable payloads (RFC 9221) that wait to be sent or to be taken: bounded, first in first out.</summary>
internal sealed class DatagramQueue(int capacity)
{
    // Null until the first payload: few sessions but those with relays ever have one.
    private Queue<(byte[] Buffer, int Length)>? _queue;

    public int Count => _queue?.Count ?? 0;

    /// <summary>Payloads that were refused because the queue was full, or were too long for the path.</summary>
    public long Dropped { get; private set; }

    /// <summary>Copies <paramref name="payload"/> in; false when the queue is full, which is what a router would do too.</summary>
    public bool TryAdd(ReadOnlySpan<byte> payload)
    {
        if (Count >= capacity)
        {
            Dropped++;
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(buffer);
        (_queue ??= new()).Enqueue((buffer, payload.Length));
        return true;
    }

    /// <summary>The length of the next payload; -1 when there is none.</summary>
    public int PeekLength() => _queue is not null && _queue.TryPeek(out (byte[] Buffer, int Length) next) ? next.Length : -1;

    /// <summary>Moves the next payload to <paramref name="destination"/>, which must be large enough.</summary>
    public bool TryTake(Span<byte> destination, out int length)
    {
        length = 0;
        if (_queue is null || !_queue.TryDequeue(out (byte[] Buffer, int Length) next))
        {
            return false;
        }

        length = next.Length;
        next.Buffer.AsSpan(0, length).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(next.Buffer);
        return true;
    }

    /// <summary>Throws the next payload away.</summary>
    public void Drop()
    {
        if (_queue is not null && _queue.TryDequeue(out (byte[] Buffer, int Length) next))
        {
            ArrayPool<byte>.Shared.Return(next.Buffer);
            Dropped++;
        }
    }

    public void Clear()
    {
        while (_queue is not null && _queue.TryDequeue(out (byte[] Buffer, int Length) next))
        {
            ArrayPool<byte>.Shared.Return(next.Buffer);
        }
    }
}
