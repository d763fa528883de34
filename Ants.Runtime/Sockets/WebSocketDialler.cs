using System.Net.Sockets;
using System.Net.WebSockets;

namespace Ants.Sockets;

/// <summary>Opens WebSockets over the system's TCP, through an HTTP proxy where one is set (CONNECT, RFC 9110 section 9.3.6).</summary>
internal static class WebSocketDialler
{
    /// <summary>Connects; the socket is open when the task has completed.</summary>
    /// <exception cref="WebSocketException">It could not be; the innermost message says why.</exception>
    public static async Task<WebSocket> ConnectAsync(WebSocketRequest request, CancellationToken cancellationToken)
    {
        // One for each connection: what is kept between two calls would be of another network or another proxy. Its end does not
        // touch the connection that was made.
        using SocketsHttpHandler handler = new()
        {
            Proxy = request.Proxy,
            ConnectCallback = static async (context, cancellation) =>
                new NetworkStream(await TcpRace.ConnectAsync(context.DnsEndPoint, cancellation), ownsSocket: true),
        };
        if (request.AcceptsAnyCertificate)
        {
#pragma warning disable CA5359 // The session inside authenticates the relay by its key, whoever ends TLS (docs/threat-model.md).
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        using HttpMessageInvoker invoker = new(handler, disposeHandler: false);
        ClientWebSocket socket = new();
        try
        {
            socket.Options.AddSubProtocol(WebSocketRequest.Protocol);

            // The session has keepalives of its own, which both ends can trust.
            socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            await socket.ConnectAsync(request.Address, invoker, cancellationToken);
            return socket.SubProtocol == WebSocketRequest.Protocol
                ? socket
                : throw new WebSocketException(WebSocketError.UnsupportedProtocol, "there is a web server, but no relay of this version");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
