using System.Buffers;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Protocol.Relaying;

/// <summary>
/// The stream on which one end of a relay session tells the other what must not get lost; each end opens one. What was told is
/// kept until it is acknowledged.
/// </summary>
internal sealed class RelayControlWriter(Session session, Endpoint endpoint)
{
    // Sixteen of the longest records: who leaves more unacknowledged than that gets no more answers until it reads.
    private const int MaxUnacknowledged = 64 * 1024;

    private byte[] _unacknowledged = StreamHeader.Encode(RelayControlMessage.Protocol);
    private ulong _start;
    private ulong? _id;

    /// <summary>Whether the far end does not read such a stream: it is of a version that knows no messages this way.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether the far end has everything that was told.</summary>
    public bool IsAcknowledged => _unacknowledged.Length == 0;

    /// <summary>Whether an event is of this stream, or lets it be opened.</summary>
    public bool Owns(in StreamEvent e) => e.Kind == StreamEventKind.CanOpen || e.Id == _id;

    /// <summary>
    /// Tells the far end; when it allows no stream yet, as soon as it does. False when it does not read, or not fast enough.
    /// </summary>
    public bool TrySend(in RelayControlMessage message)
    {
        if (IsRefused || _unacknowledged.Length > MaxUnacknowledged)
        {
            return false;
        }

        _unacknowledged = [.. _unacknowledged, .. message.Encode()];
        Flush();
        return true;
    }

    /// <summary>Something happened to the stream.</summary>
    public void OnEvent(in StreamEvent e)
    {
        if (e.Kind == StreamEventKind.StopSending)
        {
            IsRefused = true;
            _unacknowledged = [];
        }
        else if (e.Kind == StreamEventKind.Acked && !IsRefused)
        {
            _unacknowledged = _unacknowledged[(int)(e.Value - _start)..];
            _start = e.Value;
        }

        Flush();
    }

    private void Flush()
    {
        if (IsRefused || (_id is null && !TryOpen()))
        {
            return;
        }

        session.Streams.SetBuffer(_id!.Value, _start, new ReadOnlySequence<byte>(_unacknowledged), completed: false);
        endpoint.Wake(session);
    }

    private bool TryOpen()
    {
        if (!session.Streams.TryOpen(out ulong id))
        {
            return false;
        }

        _id = id;
        return true;
    }
}
