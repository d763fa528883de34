using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Ants.Sockets.LinuxSocketCalls;

namespace Ants.Sockets;

/// <summary>
/// Receives by recvmmsg, and with UDP_GRO, by which the kernel hands over a run of equal datagrams from one sender as one message.
/// Its structures are made once and pinned: a receive allocates nothing. One receive at a time.
/// </summary>
internal sealed unsafe class LinuxReceiver
{
    // The most that a message of UDP_GRO holds. Pages that no datagram has touched cost nothing.
    private const int MessageSize = 64 * 1024;

    // A relay's datagrams come from many agents, one each: this many in a call make the call's own cost small.
    private const int Messages = 16;

    private readonly Socket _socket;
    private readonly MessageSlot[] _slots = GC.AllocateArray<MessageSlot>(Messages, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(Messages, pinned: true);
    private readonly ControlMessage[] _controls = GC.AllocateArray<ControlMessage>(Messages, pinned: true);
    private readonly byte[] _names;
    private readonly SocketAddress _name;
    private readonly SourceAddressCache _sources = new();

    public LinuxReceiver(Socket socket)
    {
        _socket = socket;
        _name = new SocketAddress(socket.AddressFamily);
        _names = GC.AllocateArray<byte>(Messages * _name.Buffer.Length, pinned: true);
        Span<byte> on = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(on, 1);
        try
        {
            socket.SetRawSocketOption(SolUdp, UdpGro, on);
        }
        catch (SocketException)
        {
            // Linux before 5.0, or a sandbox: each message is then one datagram.
        }
    }

    /// <summary>Datagrams that were cut, too long, or of no address family that we know.</summary>
    public long Refused { get; private set; }

    /// <summary>A batch that one call can fill.</summary>
    public static DatagramBatch CreateBatch() => new(Messages * MaxSegments, Messages * MessageSize);

    /// <summary>Whether a batch is as large as one call fills.</summary>
    public static bool Fits(DatagramBatch batch) => batch.Buffer.Length >= Messages * MessageSize;

    /// <summary>
    /// Receives what is queued, into an empty batch that <see cref="Fits"/>, without waiting. <see cref="SocketError.WouldBlock"/> when nothing is.
    /// </summary>
    public SocketError Receive(DatagramBatch batch)
    {
        fixed (byte* buffer = batch.Buffer.Span)
        {
            Prepare(buffer);
            int received = ReceiveMany(_socket.SafeHandle, Pointer(_slots), Messages, DontWait, null);
            if (received < 0)
            {
                return Translate(LastError);
            }

            for (int i = 0; i < received; i++)
            {
                Accept(batch, i, i * MessageSize);
            }
        }

        return SocketError.Success;
    }

    private void Prepare(byte* buffer)
    {
        int nameSize = _name.Buffer.Length;
        for (int i = 0; i < Messages; i++)
        {
            _vectors[i] = new IoVector { Base = buffer + (i * MessageSize), Length = MessageSize };
            _slots[i].Header = new MessageHeader
            {
                Name = Pointer(_names) + (i * nameSize),
                NameLength = (uint)nameSize,
                Vectors = Pointer(_vectors) + i,
                VectorCount = 1,
                Control = Pointer(_controls) + i,
                ControlLength = (nuint)sizeof(ControlMessage),
            };
        }
    }

    private void Accept(DatagramBatch batch, int index, int offset)
    {
        ref MessageHeader header = ref _slots[index].Header;
        int length = (int)_slots[index].Length;
        int nameSize = _name.Buffer.Length;
        _name.Size = (int)Math.Min(header.NameLength, (uint)nameSize);
        _names.AsSpan(index * nameSize, _name.Size).CopyTo(_name.Buffer.Span);
        if ((header.Flags & Truncated) != 0 || _sources.Resolve(_name) is not IPEndPoint source)
        {
            Refused++;
            return;
        }

        ref ControlMessage control = ref _controls[index];
        bool isRun = header.ControlLength > ControlMessage.HeadSize
            && control is { Level: SolUdp, Type: UdpGro, Value: > 0 };
        Refused += batch.Commit(offset, length, isRun ? control.Value : Math.Max(1, length), source);
    }

    private static T* Pointer<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
