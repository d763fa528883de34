using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ants.Sockets;

/// <summary>
/// The calls of Linux's C library that move many datagrams at once, and the structures that they take. The layouts are those of the
/// kernel, which glibc and musl share on little-endian machines; numbers are those of linux/socket.h, linux/udp.h and
/// asm-generic/errno.h, the same on every processor that .NET runs on.
/// </summary>
internal static unsafe partial class LinuxSocketCalls
{
    public const int SolUdp = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    public const int DontWait = 0x40;
    public const int Truncated = 0x20;

    public const int TryAgain = 11;

    /// <summary>The kernel's UDP_MAX_SEGMENTS.</summary>
    public const int MaxSegments = 64;

    private const short PollIn = 1;
    private const short PollOut = 4;

    // EFD_CLOEXEC | EFD_NONBLOCK
    private const int EventFlags = 0x80000 | 0x800;

    /// <summary>Receives up to <paramref name="count"/> messages; their number, or -1 with the error of <see cref="LastError"/>.</summary>
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeSocketHandle socket, MessageSlot* messages, uint count, int flags, void* timeout);

    /// <summary>Sends one message; the bytes sent, or -1 with the error of <see cref="LastError"/>.</summary>
    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(SafeSocketHandle socket, MessageHeader* message, int flags);

    /// <summary>Waits until the socket has room to send, for so many milliseconds at most.</summary>
    public static bool WaitForRoom(SafeSocketHandle socket, int milliseconds)
    {
        bool added = false;
        try
        {
            socket.DangerousAddRef(ref added);
            PollEntry entry = new() { Descriptor = (int)socket.DangerousGetHandle(), Events = PollOut };
            TimeSpec timeout = new(TimeSpan.FromMilliseconds(milliseconds));
            return Poll(&entry, 1, &timeout, null) > 0;
        }
        finally
        {
            if (added)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Waits until the socket has something to receive or an error to tell, or <paramref name="wake"/> is signalled: then it is true. Without end
    /// when there is no limit.
    /// </summary>
    public static bool WaitForInput(SafeSocketHandle socket, SafeFileHandle wake, TimeSpan? limit = null)
    {
        bool socketAdded = false, wakeAdded = false;
        try
        {
            socket.DangerousAddRef(ref socketAdded);
            wake.DangerousAddRef(ref wakeAdded);
            PollEntry* entries = stackalloc PollEntry[2];
            entries[0] = new PollEntry { Descriptor = (int)socket.DangerousGetHandle(), Events = PollIn };
            entries[1] = new PollEntry { Descriptor = (int)wake.DangerousGetHandle(), Events = PollIn };

            // A signal of the system may end it early: then whoever waited looks and waits again.
            TimeSpec timeout = new(limit ?? default);
            return Poll(entries, 2, limit is null ? null : &timeout, null) > 0;
        }
        finally
        {
            if (socketAdded)
            {
                socket.DangerousRelease();
            }

            if (wakeAdded)
            {
                wake.DangerousRelease();
            }
        }
    }

    /// <summary>A counter of the kernel's by which one thread wakes another out of a <see cref="WaitForInput"/>; invalid if there are none left.</summary>
    public static SafeFileHandle CreateWake() => new(CreateEvent(0, EventFlags), ownsHandle: true);

    /// <summary>Wakes whoever waits on <paramref name="wake"/>, now and from now on.</summary>
    public static void Wake(SafeFileHandle wake)
    {
        ulong one = 1;
        _ = Write(wake, &one, sizeof(ulong));
    }

    /// <summary>Takes back what <see cref="Wake"/> did.</summary>
    public static void ClearWake(SafeFileHandle wake)
    {
        ulong count;
        _ = Read(wake, &count, sizeof(ulong));
    }

    /// <summary>The error of the last call on this thread, as the system numbers it.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>What .NET calls an error of the system.</summary>
    public static SocketError Translate(int error) => error switch
    {
        1 or 13 => SocketError.AccessDenied, // EPERM: a local firewall
        9 => SocketError.OperationAborted, // EBADF
        TryAgain => SocketError.WouldBlock,
        22 => SocketError.InvalidArgument,
        90 => SocketError.MessageSize,
        97 => SocketError.AddressFamilyNotSupported,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        105 => SocketError.NoBufferSpaceAvailable,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEvent(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle descriptor, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle descriptor, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageSlot
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>struct cmsghdr, and the one integer that UDP_GRO and UDP_SEGMENT say behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlMessage
    {
        /// <summary>Bytes before the value.</summary>
        public static readonly nuint HeadSize = (nuint)(sizeof(nuint) + (2 * sizeof(int)));

        public nuint Length;
        public int Level;
        public int Type;
        public int Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(TimeSpan length)
    {
        public readonly nint Seconds = (nint)(length.Ticks / TimeSpan.TicksPerSecond);
        public readonly nint Nanoseconds = (nint)(length.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
    }
}
