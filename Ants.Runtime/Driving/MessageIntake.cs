using System.Collections.Concurrent;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Driving;

/// <summary>
/// Messages that connections have received, for the next turn of the driver. Each connection waits for its message to be taken
/// before it receives another one: so what waits here is bounded, and a sender that is too fast is held back by TCP.
/// </summary>
internal sealed class MessageIntake(Endpoint endpoint)
{
    private readonly ConcurrentQueue<IReceivedMessage> _waiting = new();

    /// <summary>May be called by anybody.</summary>
    public void Add(IReceivedMessage message) => _waiting.Enqueue(message);

    /// <summary>On the driver: takes what waits now.</summary>
    public void TakeAll(Instant now)
    {
        // What is added meanwhile has the next turn: datagrams that came since go first.
        for (int left = _waiting.Count; left > 0 && _waiting.TryDequeue(out IReceivedMessage? message); left--)
        {
            Take(now, message);
        }
    }

    /// <summary>Drops what waits, so that no connection waits in vain.</summary>
    public void DropAll()
    {
        while (_waiting.TryDequeue(out IReceivedMessage? message))
        {
            message.OnTaken(null);
        }
    }

    private void Take(Instant now, IReceivedMessage message)
    {
        Session? user = null;
        try
        {
            ReadOnlySpan<byte> rest = message.Bytes;
            while (PacketMessage.TryRead(ref rest, out ReadOnlySpan<byte> packet))
            {
                user = endpoint.HandleDatagram(now, message.From, packet) ?? user;
            }

            if (!rest.IsEmpty)
            {
                endpoint.Counters.Garbage++;
            }
        }
        finally
        {
            message.OnTaken(user);
        }
    }
}
