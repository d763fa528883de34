using System.Net;
using System.Net.WebSockets;
using Ants.Testing.Clock;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// The WebSockets of a simulated host: reliable, ordered connections over the links that its datagrams take, with their delays, and
/// the ways in which such connections fail. A link's loss does not touch them, as if TCP were without fault.
/// </summary>
public sealed class SimulatedWebSockets
{
    // TCP's handshake, TLS 1.3 and the upgrade: a round trip each.
    private const int RoundTripsToOpen = 3;

    private readonly SimulatedHost _host;
    private readonly Dictionary<int, Action<WebSocket, IPEndPoint>> _listeners = [];
    private readonly List<SimulatedWebSocket> _open = [];
    private int _lastPort = 50_000;

    internal SimulatedWebSockets(SimulatedHost host) => _host = host;

    /// <summary>Connections that this host has, or believes to have.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Connections that were opened from or to this host so far.</summary>
    public int OpenedCount { get; private set; }

    /// <summary>Whether connections from this host are let out; those that stand are not touched.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Takes connections at a port, until the result is disposed.</summary>
    /// <param name="port">The port.</param>
    /// <param name="accepted">Is called in the world with each connection and the address that it comes from.</param>
    public IDisposable Listen(int port, Action<WebSocket, IPEndPoint> accepted)
    {
        _listeners.Add(port, accepted);
        return new Ending(() => _listeners.Remove(port));
    }

    /// <summary>
    /// Makes all connections of this host half-open: nothing passes any more, and nobody is told; as when a NAT on the way has
    /// forgotten them.
    /// </summary>
    public void Freeze() => _open.ToList().ForEach(socket => socket.Freeze());

    /// <summary>Ends all connections of this host, and both ends hear of it; as when a proxy on the way restarts.</summary>
    public void Reset() => _open.ToList().ForEach(socket => socket.Reset());

    internal async Task<WebSocket> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        SimulatedHost? target = IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) ? Find(ip) : null;
        bool passes = target is not null && Passes(_host, target) && !IsBlocked;
        await Task.Delay(
            passes ? (DelayTo(target!) + target!.WebSockets.DelayTo(_host)) * RoundTripsToOpen : Timeout.InfiniteTimeSpan,
            _host.Time, cancellationToken);
        if (!target!.WebSockets._listeners.TryGetValue(address.Port, out Action<WebSocket, IPEndPoint>? accepted))
        {
            throw new WebSocketException(WebSocketError.Faulted, $"{target.Name} refuses connections at port {address.Port}");
        }

        SimulatedWebSocket near = new(this, target.WebSockets), far = new(target.WebSockets, this);
        near.Join(far);
        accepted(far, new IPEndPoint(OutsideOf(_host), ++_lastPort));
        return near;
    }

    internal World Clock => _host.World.Clock;

    internal void Add(SimulatedWebSocket socket)
    {
        _open.Add(socket);
        OpenedCount++;
    }

    internal void Remove(SimulatedWebSocket socket) => _open.Remove(socket);

    /// <summary>The address that connections made now belong to.</summary>
    internal IPAddress? Address => _host.Addresses.Count > 0 ? _host.Addresses[0] : null;

    /// <summary>Whether a segment that is sent now arrives at <paramref name="other"/>.</summary>
    internal bool Reaches(SimulatedWebSockets other) => Passes(_host, other._host);

    /// <summary>How long a segment takes to another host.</summary>
    internal TimeSpan DelayTo(SimulatedWebSockets other) => DelayTo(other._host);

    private static bool Passes(SimulatedHost from, SimulatedHost to) =>
        !from.IsDead && !to.IsDead && from.IsConnected && to.IsConnected
        && !from.World.Router.Paths.Get(from, to).IsCut && !from.World.Router.Paths.Get(to, from).IsCut;

    private static IPAddress OutsideOf(SimulatedHost host)
    {
        SimulatedNat? nat = host.Nat;
        while (nat?.Behind is { } next)
        {
            nat = next;
        }

        return nat?.PublicAddress ?? host.Addresses[0];
    }

    private TimeSpan DelayTo(SimulatedHost other)
    {
        LinkConditions between = _host.World.Router.Paths.Get(_host, other).Conditions ?? _host.World.Link;
        return _host.Uplink.Delay + between.Delay + other.Downlink.Delay;
    }

    /// <summary>Who has an address, here or in a network further out.</summary>
    private SimulatedHost? Find(IPAddress address)
    {
        for (Realm realm = _host.Realm; ; realm = realm.Gateway!.Outer)
        {
            if (realm.Find(address) is SimulatedHost found)
            {
                return found;
            }

            if (realm.Gateway is null)
            {
                return null;
            }
        }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
