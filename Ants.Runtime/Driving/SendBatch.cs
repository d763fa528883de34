using System.Net;
using System.Net.Sockets;
using Ants.Protocol.Paths;

namespace Ants.Driving;

/// <summary>
/// Gathers consecutive datagrams to one destination that have one size (the last may be shorter), which is what
/// UDP_SEGMENT sends in one call, and hands them to the socket.
/// </summary>
internal sealed class SendBatch(IDatagramSocket socket)
{
    // The most that one call of UDP_SEGMENT takes: 64 segments within 64 KiB.
    private const int MaxSegments = 44;

    // What the network layer takes in one call.
    private const int MaxBytes = 65_507;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MaxBytes + PacketSize.MaxDatagram, pinned: true);
    private IPEndPoint? _destination;
    private int _length, _segmentSize, _segments;

    /// <summary>Where the next datagram is to be written; <see cref="Add(IPEndPoint, int, out IPEndPoint?)"/> adds it.</summary>
    public Span<byte> Free => _buffer.AsSpan(_length, PacketSize.MaxDatagram);

    /// <summary>Adds a datagram; sends first what does not go with it. Returns what that sending said.</summary>
    public SocketError Add(IPEndPoint destination, ReadOnlySpan<byte> datagram, out IPEndPoint? failed)
    {
        datagram.CopyTo(Free);
        return Add(destination, datagram.Length, out failed);
    }

    /// <summary>Adds the datagram that was written into <see cref="Free"/>.</summary>
    public SocketError Add(IPEndPoint destination, int length, out IPEndPoint? failed)
    {
        SocketError error = SocketError.Success;
        failed = null;
        bool fits = _segments > 0 && (ReferenceEquals(destination, _destination) || destination.Equals(_destination))
            && length <= _segmentSize && _segments < MaxSegments && _length + length <= MaxBytes && _length == _segments * _segmentSize;
        if (!fits)
        {
            int written = _length;
            error = Flush(out failed);
            if (written > 0)
            {
                _buffer.AsSpan(written, length).CopyTo(_buffer);
            }

            _destination = destination;
            _segmentSize = length;
        }

        _length += length;
        _segments++;
        return error;
    }

    /// <summary>Sends what is gathered.</summary>
    public SocketError Flush(out IPEndPoint? failed)
    {
        failed = null;
        if (_segments == 0)
        {
            return SocketError.Success;
        }

        SocketError error = socket.Send(_buffer.AsSpan(0, _length), _segmentSize, _destination!);
        int last = _length % _segmentSize;
        if (error == SocketError.MessageSize && _length > _segmentSize && last > 0)
        {
            // The first was one too large to pass, such as those that try what does; the shorter one behind it is not.
            error = socket.Send(_buffer.AsSpan(_length - last, last), last, _destination!);
        }

        failed = error == SocketError.Success ? null : _destination;
        _length = _segments = 0;
        return error;
    }
}
