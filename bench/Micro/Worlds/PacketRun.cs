using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Paths;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Datagrams that one endpoint has written and the other has yet to take; memory for them is had once.</summary>
internal sealed class PacketRun(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity * PacketSize.MaxDatagram];
    private readonly int[] _lengths = new int[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(index * PacketSize.MaxDatagram, _lengths[index]);

    /// <summary>Takes up to its capacity of what an endpoint has to send now.</summary>
    public int Fill(Instant now, Endpoint from)
    {
        Count = 0;
        while (Count < _lengths.Length
            && from.TryPollTransmit(now, _bytes.AsSpan(Count * PacketSize.MaxDatagram, PacketSize.MaxDatagram), out _, out int length))
        {
            _lengths[Count++] = length;
        }

        return Count;
    }
}
