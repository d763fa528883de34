using System.Buffers;
using Ants.Protocol.Wire;

namespace Ants.Carriers;

/// <summary>
/// Packets that wait to be sent over a connection, gathered into messages. Says when there is enough, so that whoever adds can leave
/// the rest where it is; bounded nevertheless, and what comes while nothing more fits is dropped, as a network would. Safe to use from
/// any thread.
/// </summary>
internal sealed class OutgoingPackets
{
    /// <summary>
    /// There is enough when a second message has begun: one is gathered while the one before it is sealed and sent. More would be delay,
    /// not speed, since the system's own buffer lies behind it.
    /// </summary>
    public const int Enough = 2 * PacketMessage.MaxLength;

    // Acknowledgements and probes are sent whatever is said: room for those of a second, at a rate that fills the rest.
    private const int Reserve = PacketMessage.MaxLength;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Buffer, int Length)> _whole = new();
    private byte[]? _filling;
    private int _length;
    private int _bytes;

    /// <summary>Whether there is as much as there should be; until half of it has been taken.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Packets that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds a packet behind the others, or drops it. Returns whether a message is complete, which need not wait for more.</summary>
    public bool Add(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (_bytes + packet.Length > Enough + Reserve)
            {
                Dropped++;
                return false;
            }

            bool completed = false;
            int before = _length;
            if (_filling is null || !PacketMessage.TryAppend(Space, ref _length, packet))
            {
                if (_filling is not null)
                {
                    _whole.Enqueue((_filling, _length));
                    completed = true;
                }

                // Rented only while something waits: most connections of a relay are idle.
                _filling = ArrayPool<byte>.Shared.Rent(PacketMessage.MaxLength);
                _length = before = 0;
                PacketMessage.TryAppend(Space, ref _length, packet);
            }

            _bytes += _length - before;
            IsFull |= _bytes >= Enough;
            return completed;
        }
    }

    /// <summary>Takes the next message; false when nothing waits. Give it back by <see cref="Return"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="buffer">What it lies in.</param>
    /// <param name="hasRoomAgain">Whether there was enough until now, and is no more.</param>
    public bool TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer, out bool hasRoomAgain)
    {
        lock (_gate)
        {
            if (!_whole.TryDequeue(out (byte[] Buffer, int Length) next))
            {
                next = (_filling ?? [], _filling is null ? 0 : _length);
                (_filling, _length) = (null, 0);
            }

            _bytes -= next.Length;
            hasRoomAgain = IsFull && _bytes <= Enough / 2;
            IsFull &= !hasRoomAgain;
            buffer = next.Buffer;
            message = next.Buffer.AsMemory(0, next.Length);
            return next.Length > 0;
        }
    }

    /// <summary>A message that was taken is sent.</summary>
    public static void Return(byte[] buffer) => ArrayPool<byte>.Shared.Return(buffer);

    private Span<byte> Space => _filling.AsSpan(0, PacketMessage.MaxLength);
}
