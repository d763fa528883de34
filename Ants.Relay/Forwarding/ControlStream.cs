using System.Buffers;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Relay.Forwarding;

/// <summary>
/// The stream on which a relay tells an agent what must not get lost. What was told is kept until it is acknowledged;
/// nothing but the relay writes to it, so it stays small. What an agent may send on it is not read, within its window.
/// </summary>
internal sealed class ControlStream(Session session, Endpoint endpoint)
{
    private byte[] _unacknowledged = StreamHeader.Encode(RelayControlMessage.Protocol);
    private ulong _start;
    private ulong? _id;

    /// <summary>Whether an event is of this stream, or lets it be opened.</summary>
    public bool Owns(in StreamEvent e) => e.Kind == StreamEventKind.CanOpen || e.Id == _id;

    /// <summary>Tells the agent; when it allows no stream yet, as soon as it does.</summary>
    public void Send(in RelayControlMessage message)
    {
        _unacknowledged = [.. _unacknowledged, .. message.Encode()];
        Flush();
    }

    /// <summary>Something happened to the stream.</summary>
    public void OnEvent(in StreamEvent e)
    {
        if (e.Kind == StreamEventKind.Acked)
        {
            _unacknowledged = _unacknowledged[(int)(e.Value - _start)..];
            _start = e.Value;
        }

        Flush();
    }

    private void Flush()
    {
        if (_id is null)
        {
            if (!session.Streams.TryOpen(out ulong id))
            {
                return;
            }

            _id = id;
        }

        session.Streams.SetBuffer(_id.Value, _start, new ReadOnlySequence<byte>(_unacknowledged), completed: false);
        endpoint.Wake(session);
    }
}
