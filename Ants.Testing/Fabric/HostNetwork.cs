using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ants.Crypto;
using Ants.Nat;

namespace Ants.Testing.Fabric;

/// <summary>A host as the agents on it see their network.</summary>
internal sealed class HostNetwork(SimulatedHost host, EntropySource entropy) : AntsNetwork
{
    /// <inheritdoc/>
    public override TimeProvider Time => host.Time;

    /// <inheritdoc/>
    public override PipeScheduler Scheduler => host.World.Scheduler;

    /// <inheritdoc/>
    public override EntropySource Entropy => entropy;

    /// <inheritdoc/>
    public override IDatagramSocket Bind(IPEndPoint local)
    {
        ArgumentNullException.ThrowIfNull(local);
        try
        {
            return new SimulatedSocket(host, local);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AntsException(AntsError.AddressInUse, $"UDP port {local.Port} of {host.Name} is taken.", e);
        }
        catch (SocketException e)
        {
            throw new AntsException(AntsError.NetworkUnavailable, $"{host.Name} cannot bind {local}: {e.SocketErrorCode}.", e);
        }
    }

    /// <inheritdoc/>
    public override Task<WebSocket> ConnectWebSocketAsync(WebSocketRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return host.WebSockets.ConnectAsync(request.Address, cancellationToken);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IPAddress> LocalAddresses() => host.IsDead ? [] : [.. host.Addresses];

    /// <inheritdoc/>
    public override IPAddress? SourceFor(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return host.IsDead ? null : host.SourceFor(destination);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NetworkGateway> Gateways() => host.IsDead || host.Nat?.Router is not { } router
        ? []
        : [.. host.Addresses.Select(address => new NetworkGateway(router.AddressOf(address.AddressFamily), address, SimulatedRouter.PrefixOf(address.AddressFamily)))];

    /// <inheritdoc/>
    public override Task<Stream> ConnectAsync(IPAddress from, IPEndPoint to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        return !host.IsDead && host.IsOwn(from) && host.Nat?.Router is { } router && router.TryConnect(from, to, out Stream? stream)
            ? Task.FromResult(stream)
            : Task.FromException<Stream>(new SocketException((int)SocketError.ConnectionRefused));
    }

    /// <inheritdoc/>
    public override IDisposable WatchAddresses(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        return new AddressObserver(host, changed);
    }
}
