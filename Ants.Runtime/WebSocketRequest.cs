using System.Net;

namespace Ants;

/// <summary>What connection an agent asks its network for: see <see cref="AntsNetwork.ConnectWebSocketAsync"/>.</summary>
public sealed record WebSocketRequest
{
    /// <summary>The path at which a relay takes WebSockets, on the TCP port of its address.</summary>
    public const string Path = "/ants";

    /// <summary>The subprotocol that both ends must name (RFC 6455 section 1.9): another version has another name.</summary>
    public const string Protocol = "ants.1";

    /// <summary>The address, <c>wss://HOST:PORT/ants</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The HTTP proxy to go through; <see langword="null"/> for what the system's settings say.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>
    /// Whether any TLS certificate is accepted. So it is where the relay's key is known: the session inside proves the key,
    /// and TLS is there for the sake of firewalls that let nothing else pass.
    /// </summary>
    public bool AcceptsAnyCertificate { get; init; }
}
