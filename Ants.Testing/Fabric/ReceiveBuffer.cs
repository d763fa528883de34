using System.Net;

namespace Ants.Testing.Fabric;

/// <summary>Datagrams that wait in a socket to be received.</summary>
internal sealed class ReceiveBuffer
{
    // Linux's net.core.rmem_default: what a socket holds that nobody reads from.
    private const int Limit = 212_992;

    private readonly Queue<(byte[] Buffer, int Length, IPEndPoint Source)> _datagrams = new();
    private readonly Stack<byte[]> _spare = new();
    private int _bytes;

    /// <summary>Datagrams thrown away because they were longer than a slot of a batch.</summary>
    public long Oversized { get; private set; }

    /// <summary>Whether there is room for so many bytes more.</summary>
    public bool HasRoom(int bytes) => _bytes + bytes <= Limit;

    /// <summary>Adds a datagram.</summary>
    public void Add(ReadOnlySpan<byte> payload, IPEndPoint source)
    {
        if (payload.Length > DatagramBatch.SlotSize)
        {
            Oversized++;
            return;
        }

        byte[] buffer = _spare.TryPop(out byte[]? spare) ? spare : new byte[DatagramBatch.SlotSize];
        payload.CopyTo(buffer);
        _bytes += payload.Length;
        _datagrams.Enqueue((buffer, payload.Length, source));
    }

    /// <summary>Moves datagrams to a batch while they fit; false when there was none.</summary>
    public bool TryMoveTo(DatagramBatch batch)
    {
        while (_datagrams.TryPeek(out (byte[] Buffer, int Length, IPEndPoint Source) next)
            && batch.Add(next.Buffer.AsSpan(0, next.Length), next.Source))
        {
            _datagrams.Dequeue();
            _bytes -= next.Length;
            _spare.Push(next.Buffer);
        }

        return batch.Count > 0;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _datagrams.Clear();
        _bytes = 0;
    }
}
