using System.Buffers;
using Ants.Protocol.Wire;

namespace Ants.Carriers;

/// <summary>
/// Packets that wait to be sent over a connection, gathered into messages. Bounded: what comes while it is full is dropped, as a
/// network would, and the sessions' congestion control notices. Safe to use from any thread.
/// </summary>
internal sealed class OutgoingPackets
{
    // 64 KB, fifty packets: what a socket's own buffer holds, and 50 ms of a line of 10 Mbit/s. More would be delay, not speed.
    private const int MaxMessages = 4;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Buffer, int Length)> _full = new();
    private byte[]? _filling;
    private int _length;

    /// <summary>Adds a packet behind the others; false when it was dropped.</summary>
    public bool TryAdd(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (_filling is { } present)
            {
                if (PacketMessage.TryAppend(present.AsSpan(0, PacketMessage.MaxLength), ref _length, packet))
                {
                    return true;
                }

                if (_full.Count + 1 >= MaxMessages)
                {
                    return false;
                }

                _full.Enqueue((present, _length));
            }

            // Rented only while something waits: most connections of a relay are idle.
            _filling = ArrayPool<byte>.Shared.Rent(PacketMessage.MaxLength);
            _length = 0;
            return PacketMessage.TryAppend(_filling.AsSpan(0, PacketMessage.MaxLength), ref _length, packet);
        }
    }

    /// <summary>Takes the next message; false when nothing waits. Give it back by <see cref="Return"/>.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer)
    {
        lock (_gate)
        {
            if (!_full.TryDequeue(out (byte[] Buffer, int Length) next))
            {
                next = (_filling ?? [], _filling is null ? 0 : _length);
                _filling = null;
            }

            buffer = next.Buffer;
            message = next.Buffer.AsMemory(0, next.Length);
            return next.Length > 0;
        }
    }

    /// <summary>A message that was taken is sent.</summary>
    public static void Return(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);
}
