using System.Net;
using System.Net.Sockets;
using Ants.Testing.Clock;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// A machine in a simulated network. Made by <see cref="SimulatedNetwork.AddHost(SimulatedNat?, string?, bool, bool)"/>.
/// </summary>
public sealed class SimulatedHost : INode
{
    private readonly List<IPAddress> _addresses = [];
    private readonly WorldTime _time;

    internal SimulatedHost(SimulatedNetwork world, int id, string name, Realm realm, long seed)
    {
        World = world;
        Id = id;
        Name = name;
        Realm = realm;
        _time = new WorldTime(world.Clock);

        WebSockets = new SimulatedWebSockets(this);

        // Streams of the seed: odd ones for what a host's own code draws, even ones for its ports.
        Ports = new PortTable(this, new Prng(seed, (2L * id) + 2));
        Network = new HostNetwork(this, new SeededEntropy(new Prng(seed, (2L * id) + 1)));
    }

    /// <summary>The world that it stands in.</summary>
    public SimulatedNetwork World { get; }

    /// <summary>What it is called in traces.</summary>
    public string Name { get; }

    /// <summary>Its addresses, in the order in which it prefers them as sources.</summary>
    public IReadOnlyList<IPAddress> Addresses => _addresses;

    /// <summary>The NAT that it stands behind, or <see langword="null"/> for the public network.</summary>
    public SimulatedNat? Nat => Realm.Gateway;

    /// <summary>The host as an agent on it sees its network: plug it into the agent's options.</summary>
    public AntsNetwork Network { get; }

    /// <summary>Its WebSockets.</summary>
    public SimulatedWebSockets WebSockets { get; }

    /// <summary>Its clock: virtual time, with a date that can be off by <see cref="ClockSkew"/>.</summary>
    public TimeProvider Time => _time;

    /// <summary>How far its date is off. Timers and timestamps do not feel it.</summary>
    public TimeSpan ClockSkew
    {
        get => _time.Skew;
        set => _time.Skew = value;
    }

    /// <summary>What happens to all that it sends, before the network: the place for a bandwidth.</summary>
    public LinkConditions Uplink { get; set; } = LinkConditions.Ideal;

    /// <summary>What happens to all that it receives, behind the network: the place for a bandwidth.</summary>
    public LinkConditions Downlink { get; set; } = LinkConditions.Ideal;

    /// <summary>Its own part of the counters: what it sent, what became of it on the way, and what it received.</summary>
    public DatagramCounters Counters { get; } = new();

    /// <summary>Whether <see cref="Kill"/> was called last.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it is connected to a network: not so between <see cref="Disconnect"/> and <see cref="Move"/>.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>Raised when an address has come or gone.</summary>
    internal event Action? AddressesChanged;

    internal int Id { get; }

    internal Realm Realm { get; private set; }

    internal PortTable Ports { get; }

    internal Link UplinkState { get; } = new();

    internal Link DownlinkState { get; } = new();

    /// <summary>
    /// Binds a port of all addresses to a callback, which runs on the world's thread while
    /// <see cref="SimulatedNetwork.RunFor"/> and its like do.
    /// </summary>
    /// <param name="port">The port; zero for any that is free.</param>
    /// <param name="handler">Receives the datagrams.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public SimulatedPort Bind(int port, DatagramHandler handler) => Bind(new IPEndPoint(IPAddress.IPv6Any, port), handler);

    /// <summary>Binds an address and port to a callback.</summary>
    /// <exception cref="SocketException">The port is taken, or the host does not have the address.</exception>
    public SimulatedPort Bind(IPEndPoint local, DatagramHandler handler)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(handler);
        return new SimulatedPort(this, local, handler);
    }

    /// <summary>Gives the host one more address of the network that it stands in.</summary>
    public void AddAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!Realm.TryAdd(address, this))
        {
            throw new ArgumentException($"Another host or NAT has the address {address}.", nameof(address));
        }

        Adopt(address);
    }

    /// <summary>Gives the host the next free address of a family.</summary>
    public IPAddress AddAddress(AddressFamily family)
    {
        IPAddress address = Realm.Allocate(this, family);
        Adopt(address);
        return address;
    }

    /// <summary>Takes an address from the host. Sockets bound to it remain, and fail to send.</summary>
    public void RemoveAddress(IPAddress address)
    {
        if (_addresses.Remove(address))
        {
            Realm.Gateway?.Withdraw(address);
            Realm.Remove(address);
            AddressesChanged?.Invoke();
        }
    }

    /// <summary>Pulls the cable: all addresses are gone, and sends fail with <see cref="SocketError.NetworkUnreachable"/>.</summary>
    public void Disconnect()
    {
        foreach (IPAddress address in _addresses.ToArray())
        {
            RemoveAddress(address);
        }

        IsConnected = false;
    }

    /// <summary>
    /// Moves to another network, as a laptop does that changes its Wi-Fi: new addresses of the same families as before
    /// (IPv4 if it had none), none of the old. Sockets bound to all addresses live on.
    /// </summary>
    /// <param name="behind">The NAT to stand behind; <see langword="null"/> for the public network.</param>
    public void Move(SimulatedNat? behind)
    {
        AddressFamily[] families = [.. _addresses.Select(address => address.AddressFamily)];
        Disconnect();
        Realm = World.RealmBehind(behind);
        IsConnected = true;
        foreach (AddressFamily family in families.DefaultIfEmpty(AddressFamily.InterNetwork))
        {
            AddAddress(family);
        }
    }

    /// <summary>
    /// Takes the power away. Nothing is sent or received any more, and nobody is told: code that still runs on the host
    /// goes on sending into the void and never receives again.
    /// </summary>
    public void Kill()
    {
        IsDead = true;
        Ports.Kill();
    }

    /// <summary>Switches a killed host on again, with its addresses and no bound ports.</summary>
    public void Restart() => IsDead = false;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({string.Join(", ", _addresses)})";

    void INode.Arrive(Packet packet) => World.Router.Cross(DownlinkState, Downlink, packet, PacketStage.Deliver);

    SimulatedHost? INode.Resolve(Endpoint destination) => this;

    internal IPAddress? AddressOf(AddressFamily family) => _addresses.Find(address => address.AddressFamily == family);

    internal IPAddress? SourceFor(IPAddress destination) =>
        IPAddress.IsLoopback(destination) ? destination : AddressOf(destination.AddressFamily);

    internal bool IsOwn(IPAddress address) => _addresses.Contains(address) || IPAddress.IsLoopback(address);

    internal void Deliver(Packet packet)
    {
        PortBinding? binding = Ports.Find(packet.Destination);
        DropReason reason = IsDead ? DropReason.HostDown
            : !IsOwn(packet.Destination.Address) ? DropReason.NoRoute
            : binding is null ? DropReason.PortClosed
            : !binding.Sink.HasRoom(packet.Payload.Length) ? DropReason.ReceiveBufferFull
            : DropReason.None;
        if (reason != DropReason.None)
        {
            World.Router.Drop(packet, reason);
            return;
        }

        World.Router.Log.Write(DatagramStep.Delivered, DropReason.None, packet);
        binding!.Sink.Accept(packet.Payload, World.Router.Log.EndPoints.Get(packet.Source));
        World.Router.Return(packet);
    }

    private void Adopt(IPAddress address)
    {
        _addresses.Add(address);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Realm.Gateway?.Announce(address);
        }

        AddressesChanged?.Invoke();
    }
}
