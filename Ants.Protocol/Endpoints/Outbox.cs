namespace Ants.Protocol.Endpoints;

/// <summary>Datagrams of no session that wait to be sent: handshake answers and resets. Bounded; what does not fit is dropped.</summary>
internal sealed class Outbox
{
    // Answers to datagrams of one batch; more than this at once is a flood, which drops first.
    private const int Capacity = 256;

    private readonly Queue<(CarrierAddress To, byte[] Datagram)> _queue = new();

    public void Add(CarrierAddress to, ReadOnlySpan<byte> datagram)
    {
        if (_queue.Count < Capacity)
        {
            _queue.Enqueue((to, datagram.ToArray()));
        }
    }

    public bool TryTake(Span<byte> buffer, out CarrierAddress to, out int length)
    {
        bool any = _queue.TryDequeue(out (CarrierAddress To, byte[] Datagram) next);
        to = next.To;
        length = any ? next.Datagram.Length : 0;
        next.Datagram.AsSpan().CopyTo(buffer);
        return any;
    }
}
