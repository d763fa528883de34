using System.Net;
using System.Net.Sockets;
using Ants.Nat;

namespace Ants.Sockets;

/// <summary>
/// Hears routers say that they were started anew, on a port that all programs of the host share. The group that they speak to, 224.0.0.1, is
/// one that every host is in.
/// </summary>
internal sealed class RouterAnnouncements : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<IPAddress> _announced;

    private RouterAnnouncements(Socket socket, Action<IPAddress> announced)
    {
        _socket = socket;
        _announced = announced;
    }

    /// <summary>Begins to listen; null when another program does not share the port.</summary>
    public static RouterAnnouncements? TryStart(Action<IPAddress> announced)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, RouterAnnouncement.Port));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        RouterAnnouncements announcements = new(socket, announced);
        _ = announcements.ListenAsync();
        return announcements;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[PcpWire.MostLength];
        SocketAddress from = new(AddressFamily.InterNetwork);
        IPEndPoint any = new(IPAddress.Any, 0);
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from);
                if (RouterAnnouncement.IsOne(buffer.AsSpan(0, length)) && any.Create(from) is IPEndPoint { Port: PcpWire.ServerPort } router)
                {
                    _announced(router.Address);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
            {
                // Longer than anything that a router has to announce.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
