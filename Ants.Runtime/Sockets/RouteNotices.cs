using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ants.Sockets;

/// <summary>
/// Linux: hears from the kernel (rtnetlink(7)) when an address comes or goes, a link goes up or down, or the default route changes.
/// </summary>
/// <remarks>
/// .NET's own NetworkChange hears of addresses alone. After a move the route comes last, and before it nothing can be sent: who
/// is not told of it waits for a timer.
/// </remarks>
internal sealed class RouteNotices : IDisposable
{
    // linux/netlink.h, linux/rtnetlink.h, asm/socket.h of all architectures that .NET runs on.
    private const int FamilyNetlink = 16;
    private const int SocketRaw = 3;
    private const int SocketCloseOnExec = 0x80000;
    private const int ProtocolRoute = 0;
    private const uint GroupLink = 0x1, GroupIPv4Address = 0x10, GroupIPv4Route = 0x40, GroupIPv6Address = 0x100, GroupIPv6Route = 0x400;

    // A notice has a few hundred bytes; several may come in one read.
    private const int BufferSize = 16 * 1024;

    private readonly Socket _socket;
    private readonly RouteMessages _messages = new();
    private readonly Action _changed;

    private RouteNotices(Socket socket, Action changed)
    {
        _socket = socket;
        _changed = changed;
    }

    /// <summary>Begins to hear; null where the kernel does not let us.</summary>
    public static RouteNotices? TryStart(Action changed)
    {
        int handle = OpenSocket(FamilyNetlink, SocketRaw | SocketCloseOnExec, ProtocolRoute);
        if (handle < 0)
        {
            return null;
        }

        // struct sockaddr_nl: family (2), padding (2), port (4; 0: the kernel chooses), groups (4); in the host's byte order.
        byte[] address = new byte[12];
        MemoryMarshal.Write(address, (ushort)FamilyNetlink);
        MemoryMarshal.Write(address.AsSpan(8), GroupLink | GroupIPv4Address | GroupIPv4Route | GroupIPv6Address | GroupIPv6Route);
        SafeSocketHandle owner = new(handle, ownsHandle: true);
        if (BindSocket(handle, address, address.Length) != 0)
        {
            owner.Dispose();
            return null;
        }

        RouteNotices notices = new(new Socket(owner), changed);
        _ = notices.ListenAsync();
        return notices;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveAsync(buffer, SocketFlags.None);
                if (_messages.Matter(buffer.AsSpan(0, length)))
                {
                    _changed();
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // More happened than the kernel kept for us. That something did is all that counts.
                _changed();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenSocket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int BindSocket(int handle, [In] byte[] address, int length);
}
