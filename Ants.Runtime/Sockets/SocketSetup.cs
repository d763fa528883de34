using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ants.Sockets;

/// <summary>Creates and binds UDP sockets with the options that an agent needs.</summary>
internal static class SocketSetup
{
    // A burst at 1 Gbit/s fills 4 MiB in 32 ms, longer than a busy machine mostly keeps a thread waiting. The system
    // grants what its own limit allows (212,992 bytes on a stock Linux) and says nothing.
    private const int BufferSize = 4 * 1024 * 1024;

    // Linux: asm-generic/socket.h. Beyond the system's limit, for whoever may administer the network.
    private const int SolSocket = 1;
    private const int SoSndBuf = 7;
    private const int SoRcvBuf = 8;
    private const int SoSndBufForce = 32;
    private const int SoRcvBufForce = 33;

    // Bounds for synchronous calls only: a receive is made when a datagram is known to wait, a send waits for room in
    // the socket's own buffer. Neither should ever reach them; a driver must not hang if one does.
    private const int SynchronousReceiveMilliseconds = 1;
    private const int SynchronousSendMilliseconds = 10;

    // Linux: linux/in.h and linux/in6.h.
    private const int IpProtoIp = 0;
    private const int IpMtuDiscover = 10;
    private const int IpProtoIpv6 = 41;
    private const int Ipv6MtuDiscover = 23;

    // Sets the don't-fragment bit and ignores the route's cached MTU, which a forged ICMP "too big" could shrink:
    // path MTU discovery (RFC 8899) trusts only acknowledgements.
    private const int PmtudiscProbe = 3;

    // Windows: _WSAIOW(IOC_VENDOR, 12).
    private const int SioUdpConnReset = unchecked((int)0x9800000C);

    /// <summary>
    /// Binds to <paramref name="local"/>. A wildcard address of either family gives one socket for both, or for IPv4 alone
    /// where the system has no IPv6.
    /// </summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.AddressInUse"/>, or <see cref="AntsError.NetworkUnavailable"/>.
    /// </exception>
    public static Socket Bind(IPEndPoint local)
    {
        bool wildcard = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any);
        if (wildcard && Socket.OSSupportsIPv6)
        {
            try
            {
                return BindOne(new IPEndPoint(IPAddress.IPv6Any, local.Port), dualMode: true);
            }
            catch (SocketException e) when (e.SocketErrorCode is not SocketError.AddressAlreadyInUse and not SocketError.AccessDenied)
            {
                // The system has IPv6 compiled in and switched off: the IPv4 socket below says what else may be wrong.
            }
            catch (SocketException e)
            {
                throw Describe(e, local);
            }
        }

        try
        {
            return BindOne(wildcard ? new IPEndPoint(IPAddress.Any, local.Port) : local, dualMode: false);
        }
        catch (SocketException e)
        {
            throw Describe(e, local);
        }
    }

    /// <summary>What the system granted of the buffers that were asked for; null when the socket is closed already.</summary>
    public static SocketBuffers? BuffersOf(Socket socket)
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? new SocketBuffers(BufferSize, Usable(socket, SoRcvBuf), Usable(socket, SoSndBuf))
                : new SocketBuffers(BufferSize, socket.ReceiveBufferSize, socket.SendBufferSize);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Linux doubles what is asked for, for its own bookkeeping, and tells the double (socket(7)).</summary>
    private static int Usable(Socket socket, int option)
    {
        Span<byte> size = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(SolSocket, option, size);
        return MemoryMarshal.Read<int>(size) / 2;
    }

    private static Socket BindOne(IPEndPoint local, bool dualMode)
    {
        Socket socket = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = dualMode;
            }

            Configure(socket);
            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Configure(Socket socket)
    {
        socket.ReceiveBufferSize = BufferSize;
        socket.SendBufferSize = BufferSize;
        socket.ReceiveTimeout = SynchronousReceiveMilliseconds;
        socket.SendTimeout = SynchronousSendMilliseconds;
        if (OperatingSystem.IsWindows())
        {
            // Otherwise an ICMP "port unreachable" from one peer ends a receive that waits for all of them.
            socket.IOControl(SioUdpConnReset, [0, 0, 0, 0], null);
        }

        if (OperatingSystem.IsLinux())
        {
            ForbidFragments(socket);
            Force(socket, SoRcvBufForce);
            Force(socket, SoSndBufForce);
        }
    }

    private static void Force(Socket socket, int option)
    {
        Span<byte> size = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(size, BufferSize);
        try
        {
            socket.SetRawSocketOption(SolSocket, option, size);
        }
        catch (SocketException)
        {
            // An ordinary user's agent has what the system allows to all.
        }
    }

    private static void ForbidFragments(Socket socket)
    {
        Span<byte> probe = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(probe, PmtudiscProbe);

        // On an IPv6 socket the IPv4 option governs mapped destinations.
        socket.SetRawSocketOption(IpProtoIp, IpMtuDiscover, probe);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetRawSocketOption(IpProtoIpv6, Ipv6MtuDiscover, probe);
        }
    }

    private static AntsException Describe(SocketException cause, IPEndPoint local) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new AntsException(
            AntsError.AddressInUse,
            $"UDP port {local.Port} is in use by another program: choose another port, or 0 for any free one.",
            cause),
        SocketError.AccessDenied => new AntsException(
            AntsError.NetworkUnavailable,
            $"This user may not open UDP port {local.Port}: choose one above 1023, or 0 for any free one.",
            cause),
        SocketError.AddressNotAvailable => new AntsException(
            AntsError.NetworkUnavailable,
            $"{local.Address} is not an address of this machine: name one that is, or listen on all of them.",
            cause),
        _ => new AntsException(
            AntsError.NetworkUnavailable, $"No UDP socket could be opened on {local}: {cause.Message}.", cause),
    };
}
