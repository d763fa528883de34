using System.IO.Pipelines;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ants.Crypto;
using Ants.Nat;

namespace Ants.Sockets;

/// <summary>The network of the machine that the program runs on.</summary>
internal sealed class SystemNetwork : AntsNetwork
{
    /// <inheritdoc/>
    public override TimeProvider Time => TimeProvider.System;

    /// <inheritdoc/>
    public override PipeScheduler Scheduler { get; } = FastPaths.Allow(FastPath.Wakes) ? new StandbyScheduler() : PipeScheduler.ThreadPool;

    /// <inheritdoc/>
    public override EntropySource Entropy => EntropySource.System;

    /// <inheritdoc/>
    public override IDatagramSocket Bind(IPEndPoint local) =>
        OperatingSystem.IsLinux() && FastPaths.Allow(FastPath.Sockets) ? LinuxUdpSocket.Bind(local) : UdpSocket.Bind(local);

    /// <inheritdoc/>
    public override IReadOnlyList<IPAddress> LocalAddresses()
    {
        List<IPAddress> addresses = [];
        foreach (NetworkInterface card in Cards())
        {
            foreach (UnicastIPAddressInformation unicast in card.GetIPProperties().UnicastAddresses)
            {
                if (IsOfUseToAPeer(unicast.Address) && !addresses.Contains(unicast.Address))
                {
                    addresses.Add(unicast.Address);
                }
            }
        }

        return addresses;
    }

    /// <inheritdoc/>
    public override IPAddress? SourceFor(IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        try
        {
            // Sends nothing: it only has the system choose a route. Any port will do.
            using Socket probe = new(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(destination, 9);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NetworkGateway> Gateways()
    {
        List<NetworkGateway> gateways = [];
        foreach (IPInterfaceProperties card in Cards().Select(card => card.GetIPProperties()))
        {
            // On Linux .NET reads them from /proc/net/route and /proc/net/ipv6_route: what the kernel's own table says.
            foreach (IPAddress router in card.GatewayAddresses.Select(gateway => gateway.Address).Distinct())
            {
                gateways.AddRange(
                    from unicast in card.UnicastAddresses
                    where unicast.Address.AddressFamily == router.AddressFamily && IsOfUseToAPeer(unicast.Address)
                    select new NetworkGateway(router, unicast.Address, unicast.PrefixLength));
            }
        }

        return gateways;
    }

    /// <inheritdoc/>
    public override IDisposable WatchRouters(Action<IPAddress> announced) =>
        (IDisposable?)RouterAnnouncements.TryStart(announced) ?? new AddressWatch(null);

    /// <inheritdoc/>
    public override async Task<Stream> ConnectAsync(IPAddress from, IPEndPoint to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Socket socket = new(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IDisposable WatchAddresses(Action changed)
    {
        if (OperatingSystem.IsLinux() && RouteNotices.TryStart(changed) is { } notices)
        {
            return notices;
        }

        NetworkChange.NetworkAddressChanged += OnChanged;
        return new AddressWatch(() => NetworkChange.NetworkAddressChanged -= OnChanged);

        void OnChanged(object? sender, EventArgs e) => changed();
    }

    /// <inheritdoc/>
    public override Task<WebSocket> ConnectWebSocketAsync(WebSocketRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WebSocketDialler.ConnectAsync(request, cancellationToken);
    }

    /// <summary>The interfaces that are up. Some systems report Unknown for tunnels that work.</summary>
    private static IEnumerable<NetworkInterface> Cards() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown);

    private static bool IsOfUseToAPeer(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return false;
        }

        return address.AddressFamily switch
        {
            // RFC 3927 section 2.1: 169.254/16 is for one link, and present where the network is not.
            AddressFamily.InterNetwork => address.GetAddressBytes() is not [169, 254, ..],

            // A link-local address means nothing without the name of the peer's interface.
            AddressFamily.InterNetworkV6 => !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.IsIPv6SiteLocal,
            _ => false,
        };
    }
}
