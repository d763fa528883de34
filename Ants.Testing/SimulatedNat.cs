using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Testing.Clock;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// A NAT: it translates what hosts and NATs behind it send over IPv4, and is a firewall with the same filtering for IPv6.
/// Made by <see cref="SimulatedNetwork.AddNat(NatKind, SimulatedNat?, string?, IPAddress?)"/>.
/// </summary>
public sealed class SimulatedNat : INode
{
    private readonly SimulatedNetwork _network;
    private readonly NatTable _table;
    private readonly HashSet<IPAddress> _inner = [];

    internal SimulatedNat(SimulatedNetwork network, NatKind kind, string name, Realm outer, Prng random)
    {
        _network = network;
        _table = new NatTable(kind, random);
        Kind = kind;
        Name = name;
        Outer = outer;
        PublicAddress = outer.Allocate(this, AddressFamily.InterNetwork);
    }

    /// <summary>How it behaves.</summary>
    public NatKind Kind { get; }

    /// <summary>What it is called in traces.</summary>
    public string Name { get; }

    /// <summary>Its address before it: a private one when another NAT stands before it.</summary>
    public IPAddress PublicAddress { get; private set; }

    /// <summary>The NAT before this one, or <see langword="null"/>.</summary>
    public SimulatedNat? Behind => Outer.Gateway;

    /// <summary>
    /// What happens to datagrams between two hosts behind this NAT, in place of <see cref="SimulatedNetwork.Link"/>.
    /// One millisecond and nothing else unless set.
    /// </summary>
    public LinkConditions Lan
    {
        get => Inner.Conditions;
        set => Inner.Conditions = value;
    }

    /// <summary>The mappings that stand: internal and external end points.</summary>
    public IReadOnlyList<(IPEndPoint Internal, IPEndPoint External)> Mappings =>
    [
        .. _table.Live(_network.Now).Select(entry => (
            new IPEndPoint(entry.Inside.Address, entry.Inside.Port),
            new IPEndPoint(entry.Outside.Address, entry.Outside.Port))),
    ];

    /// <summary>Its part that is asked for mappings; <see langword="null"/> unless <see cref="OfferMappings"/> was called.</summary>
    public SimulatedRouter? Router { get; private set; }

    internal Realm Inner { get; set; } = null!;

    internal Realm Outer { get; }

    /// <summary>
    /// Forgets all mappings, as a router that restarts. Forwarded ports stay.
    /// </summary>
    /// <param name="reusePorts">
    /// Whether the ports of the old mappings may be given again; if not, every socket gets another one, also from a NAT
    /// that preserves ports.
    /// </param>
    public void ForgetMappings(bool reusePorts = false) => _table.Clear(reusePorts);

    /// <summary>Takes another external address, as after a new lease. All mappings are gone; forwarded ports stay.</summary>
    /// <param name="address">The address; <see langword="null"/> for the next free one.</param>
    /// <returns>The new address.</returns>
    public IPAddress ChangePublicAddress(IPAddress? address = null)
    {
        if (address is not null && !Outer.TryAdd(address, this))
        {
            throw new ArgumentException($"Another host or NAT has the address {address}.", nameof(address));
        }

        IPAddress old = PublicAddress;
        PublicAddress = address ?? Outer.Allocate(this, AddressFamily.InterNetwork);
        if (!old.Equals(PublicAddress))
        {
            Outer.Remove(old);
        }

        _table.Clear(reusePorts: true);
        return PublicAddress;
    }

    /// <summary>Forwards an external port to a port of a host behind this NAT: what an owner sets up by hand.</summary>
    public void Forward(int externalPort, SimulatedHost host, int internalPort)
    {
        ArgumentNullException.ThrowIfNull(host);
        IPAddress address = host.AddressOf(AddressFamily.InterNetwork)
            ?? throw new ArgumentException($"{host.Name} has no IPv4 address.", nameof(host));
        Forward(externalPort, new IPEndPoint(address, internalPort));
    }

    /// <summary>Forwards an external port to an end point behind this NAT, such as that of a NAT behind it.</summary>
    public void Forward(int externalPort, IPEndPoint inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        if (Inner.Find(inside.Address) is null)
        {
            throw new ArgumentException($"Nothing behind {Name} has the address {inside.Address}.", nameof(inside));
        }

        _table.Forward(externalPort, Endpoint.From(inside));
    }

    /// <summary>Has it answer hosts behind it that ask for mappings. Without this they find no router to ask.</summary>
    /// <param name="protocols">What it speaks.</param>
    public SimulatedRouter OfferMappings(PortMappingProtocols protocols) => Router = new SimulatedRouter(_network, this, _table, protocols);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Kind}, {PublicAddress})";

    void INode.Arrive(Packet packet)
    {
        DropReason reason = _table.Inbound(packet.Destination, packet.Source, _network.Now, out Endpoint inside);
        if (reason != DropReason.None)
        {
            _network.Router.Drop(packet, reason);
            return;
        }

        packet.Destination = inside;
        _network.Router.Route(packet, Inner);
    }

    SimulatedHost? INode.Resolve(Endpoint destination) => _table.TryPeek(destination, out Endpoint inside)
        ? Inner.Find(inside.Address)?.Resolve(inside)
        : null;

    /// <summary>Takes a packet from the inside that has no receiver there.</summary>
    internal void Leave(Packet packet)
    {
        if (Router is not null && SimulatedRouter.IsGroup(packet.Destination.Address))
        {
            ((INode)Router).Arrive(packet);
            return;
        }

        NatEntry? entry = _table.Outbound(packet.Source, packet.Destination, PublicAddress, _network.Now);
        if (entry is null)
        {
            _network.Router.Drop(packet, DropReason.NatPortsExhausted);
            return;
        }

        bool isHairpin = packet.Destination.Address.Equals(PublicAddress);
        if (isHairpin && !Kind.Hairpinning)
        {
            _network.Router.Drop(packet, DropReason.NatNoHairpin);
            return;
        }

        if (entry.Outside.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            packet.Source = new Endpoint(PublicAddress, entry.Outside.Port);
        }

        // RFC 4787 REQ-9: what is hairpinned comes from the external address and port of its sender.
        if (isHairpin)
        {
            ((INode)this).Arrive(packet);
        }
        else
        {
            _network.Router.Route(packet, Outer);
        }
    }

    /// <summary>Makes an IPv6 address of a host behind this NAT reachable from before it, through its firewall.</summary>
    internal void Announce(IPAddress address)
    {
        if (_inner.Add(address))
        {
            Outer.TryAdd(address, this);
            Behind?.Announce(address);
        }
    }

    /// <summary>Takes that back.</summary>
    internal void Withdraw(IPAddress address)
    {
        if (_inner.Remove(address))
        {
            Outer.Remove(address);
            Behind?.Withdraw(address);
        }
    }
}
