using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ants.Crypto;
using Ants.Nat;
using Ants.Sockets;

namespace Ants;

/// <summary>
/// Everything that an agent takes from the world around it: sockets, time, randomness, and where its work runs. A simulated
/// world (<c>Ants.Testing</c>) is another implementation, in which agents run unchanged on virtual time.
/// </summary>
/// <remarks>
/// A simulated world runs all its agents on one <see cref="SynchronizationContext"/>, which is how it decides what happens
/// when. Therefore Ants.Runtime never writes <c>ConfigureAwait(false)</c> and never leaves its context by itself.
/// </remarks>
public abstract class AntsNetwork
{
    /// <summary>The network of the machine that the program runs on.</summary>
    public static AntsNetwork System { get; } = new SystemNetwork();

    /// <summary>The clock of all timers and timestamps.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>Where the application's continuations run when a stream has bytes or room for them.</summary>
    public abstract PipeScheduler Scheduler { get; }

    /// <summary>The source of keys, connection ids and jitter.</summary>
    public abstract EntropySource Entropy { get; }

    /// <summary>
    /// Opens a UDP socket. A wildcard address of either family means both families where the system has both; port 0 means
    /// any free port.
    /// </summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.AddressInUse"/>, or <see cref="AntsError.NetworkUnavailable"/> when the system refuses.
    /// </exception>
    public abstract IDatagramSocket Bind(IPEndPoint local);

    /// <summary>
    /// The machine's own addresses that a peer may reach it at: of interfaces that are up, without loopback and link-local
    /// ones. They change while an agent runs.
    /// </summary>
    public abstract IReadOnlyList<IPAddress> LocalAddresses();

    /// <summary>
    /// The one of them by which a datagram to <paramref name="destination"/> would leave now; null when there is no way, or the
    /// network cannot tell.
    /// </summary>
    public virtual IPAddress? SourceFor(IPAddress destination) => null;

    /// <summary>
    /// The routers that lead out of the networks that the machine is in, each with the machine's own addresses there. They are asked for
    /// port mappings. A network that cannot tell knows of none, as this does; then no router is asked for anything.
    /// </summary>
    public virtual IReadOnlyList<NetworkGateway> Gateways() => [];

    /// <summary>
    /// Has <paramref name="announced"/> called, on any thread, with the address of a router that says, unasked, that it was started anew, until
    /// the result is disposed. A network that cannot tell calls nothing, as this does; a restart is then noticed when a mapping is renewed.
    /// </summary>
    public virtual IDisposable WatchRouters(Action<IPAddress> announced) => new AddressWatch(null);

    /// <summary>
    /// Opens a TCP connection from one of the machine's addresses to a router. A network that has none refuses, as this does; then routers that
    /// speak UPnP alone are of no use.
    /// </summary>
    /// <exception cref="SocketException">It could not be opened.</exception>
    public virtual Task<Stream> ConnectAsync(IPAddress from, IPEndPoint to, CancellationToken cancellationToken = default) =>
        Task.FromException<Stream>(new SocketException((int)SocketError.OperationNotSupported));

    /// <summary>
    /// Has <paramref name="changed"/> called, on any thread, whenever one of <see cref="LocalAddresses"/> has come or gone, or what
    /// is sent takes another way, until the result is disposed. A network that cannot tell calls nothing, as this does; agents
    /// then notice a change by its effects.
    /// </summary>
    public virtual IDisposable WatchAddresses(Action changed) => new AddressWatch(null);

    /// <summary>
    /// Opens a WebSocket to a relay, for networks that let no UDP out. A network that has none refuses, as this does; agents
    /// then use UDP alone.
    /// </summary>
    /// <exception cref="WebSocketException">It could not be opened; the innermost message says why.</exception>
    public virtual Task<WebSocket> ConnectWebSocketAsync(WebSocketRequest request, CancellationToken cancellationToken = default) =>
        Task.FromException<WebSocket>(new WebSocketException(WebSocketError.NativeError, "this network has no WebSockets"));

    /// <summary>
    /// The addresses of a host; empty when it has none. A literal address is its own answer; names are asked of the system.
    /// </summary>
    public virtual async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal))
        {
            return [literal];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
