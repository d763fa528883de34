using System.Net;
using System.Net.Sockets;
using static Ants.Sockets.LinuxSocketCalls;

namespace Ants.Sockets;

/// <summary>
/// Sends a run of equal datagrams in one call by UDP_SEGMENT, for as long as the kernel, the interface and the sandbox take that;
/// one by one otherwise. Allocates nothing. Safe for use from several threads.
/// </summary>
internal sealed unsafe class LinuxSender(Socket socket)
{
    // What an IPv4 datagram's length field leaves, and so what the kernel takes in one call, segments or not.
    private const int MaxPayload = 65_507;

    // A full socket buffer drains within a millisecond or so; a driver must not hang on one that does not.
    private const int RoomMilliseconds = 10;

    private volatile bool _takesRuns = true;

    /// <summary>Whether runs still go in one call.</summary>
    public bool TakesRuns => _takesRuns;

    /// <summary>See <see cref="IDatagramSocket.Send"/>.</summary>
    public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, SocketAddress destination)
    {
        // The run of a call is whole segments.
        int run = Math.Max(1, Math.Min(MaxSegments, MaxPayload / segmentSize)) * segmentSize;
        while (payload.Length > 0)
        {
            int length = Math.Min(payload.Length, _takesRuns ? run : segmentSize);
            SocketError error = SendOnce(payload[..length], segmentSize, destination);
            if (length > segmentSize && IsRefusalOfRuns(error))
            {
                // A NIC without checksum offload says EIO at the first run, some sandboxes and tunnels EINVAL, which a segment
                // larger than the interface's MTU gets too: alone, it is told what it is.
                error = SendSingly(payload[..length], segmentSize, destination);
                _takesRuns = error != SocketError.Success;
            }

            if (error != SocketError.Success)
            {
                return error;
            }

            payload = payload[length..];
        }

        return SocketError.Success;
    }

    private static bool IsRefusalOfRuns(SocketError error) => error is SocketError.InvalidArgument or SocketError.SocketError;

    private SocketError SendSingly(ReadOnlySpan<byte> payload, int segmentSize, SocketAddress destination)
    {
        SocketError error = SocketError.Success;
        while (payload.Length > 0 && error == SocketError.Success)
        {
            int length = Math.Min(payload.Length, segmentSize);
            error = SendOnce(payload[..length], segmentSize, destination);
            payload = payload[length..];
        }

        return error;
    }

    private SocketError SendOnce(ReadOnlySpan<byte> payload, int segmentSize, SocketAddress destination)
    {
        ControlMessage control = new()
        {
            // The size is one of 16 bits, the first two bytes of the value.
            Length = ControlMessage.HeadSize + sizeof(ushort),
            Level = SolUdp,
            Type = UdpSegment,
            Value = BitConverter.IsLittleEndian ? segmentSize : segmentSize << 16,
        };
        fixed (byte* bytes = payload, name = destination.Buffer.Span)
        {
            IoVector vector = new() { Base = bytes, Length = (nuint)payload.Length };
            MessageHeader message = new()
            {
                Name = name,
                NameLength = (uint)destination.Size,
                Vectors = &vector,
                VectorCount = 1,
            };
            if (payload.Length > segmentSize)
            {
                message.Control = &control;
                message.ControlLength = (nuint)sizeof(ControlMessage);
            }

            return Call(&message);
        }
    }

    private SocketError Call(MessageHeader* message)
    {
        while (true)
        {
            if (LinuxSocketCalls.Send(socket.SafeHandle, message, DontWait) >= 0)
            {
                return SocketError.Success;
            }

            SocketError error = Translate(LastError);
            if (error != SocketError.WouldBlock || !WaitForRoom(socket.SafeHandle, RoomMilliseconds))
            {
                return error;
            }
        }
    }
}
