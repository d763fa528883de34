using System.Net;
using System.Net.Sockets;

namespace Ants.Driving;

/// <summary>
/// Gathers consecutive datagrams to one destination that have one size (the last may be shorter), which is what
/// UDP_SEGMENT sends in one call, and hands them to the socket.
/// </summary>
internal sealed class SendBatch(IDatagramSocket socket)
{
    // The most that one call of UDP_SEGMENT takes: 64 segments within 64 KiB.
    private const int MaxSegments = 44;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);
    private IPEndPoint? _destination;
    private int _length, _segmentSize, _segments;

    /// <summary>Adds a datagram; sends first what does not go with it. Returns what that sending said.</summary>
    public SocketError Add(IPEndPoint destination, ReadOnlySpan<byte> datagram, out IPEndPoint? failed)
    {
        SocketError error = SocketError.Success;
        failed = null;
        bool fits = _segments > 0 && destination.Equals(_destination) && datagram.Length <= _segmentSize
            && _segments < MaxSegments && _length + datagram.Length <= _buffer.Length && _length % _segmentSize == 0;
        if (!fits)
        {
            error = Flush(out failed);
            _destination = destination;
            _segmentSize = datagram.Length;
        }

        datagram.CopyTo(_buffer.AsSpan(_length));
        _length += datagram.Length;
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
        failed = error == SocketError.Success ? null : _destination;
        _length = _segments = 0;
        return error;
    }
}
