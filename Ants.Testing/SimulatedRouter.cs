using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// The part of a NAT that hosts behind it ask for mappings, by PCP, NAT-PMP and UPnP: a router as it should be, with switches for what real
/// ones do wrong. Made by <see cref="SimulatedNat.OfferMappings"/>.
/// </summary>
public sealed class SimulatedRouter : INode
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedNat _nat;
    private readonly RouterLeases _leases;
    private readonly PcpDesk _pcp;
    private readonly UpnpDesk _upnp;
    private readonly Dictionary<AddressFamily, IPAddress> _addresses = [];

    internal SimulatedRouter(SimulatedNetwork network, SimulatedNat nat, NatTable table, PortMappingProtocols protocols)
    {
        _network = network;
        _nat = nat;
        Protocols = protocols;
        _leases = new RouterLeases(network, this, table);
        _pcp = new PcpDesk(network, this, _leases);
        _upnp = new UpnpDesk(this, _leases);
        byte[] v4 = nat.Inner.NetworkV4;
        v4[^1] = 254;
        Add(AddressFamily.InterNetwork, new IPAddress(v4));
        Add(AddressFamily.InterNetworkV6, IPAddress.Parse("fe80::1"));
    }

    /// <summary>What it speaks; may be changed at any time.</summary>
    public PortMappingProtocols Protocols { get; set; }

    /// <summary>The address outside that it tells; null for the right one.</summary>
    public IPAddress? ToldAddress { get; set; }

    /// <summary>The port that it grants whatever is asked for; null for what is asked.</summary>
    public int? GrantedPort { get; set; }

    /// <summary>The lifetime that it grants, in seconds; null for what is asked.</summary>
    public uint? GrantedLifetime { get; set; }

    /// <summary>The result code (PCP, NAT-PMP) or error (UPnP) with which it refuses every mapping; 0 for none.</summary>
    public int Refusal { get; set; }

    /// <summary>Whether its UPnP gives leases without an end alone (error 725).</summary>
    public bool IsPermanentOnly { get; set; }

    /// <summary>How long an answer over TCP takes.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>How many datagrams without sense come with each answer.</summary>
    public int Noise { get; set; }

    /// <summary>Answers HTTP requests in its place; null from it has the router answer itself.</summary>
    public Func<string, byte[]?>? Http { get; set; }

    /// <summary>The mappings that it holds.</summary>
    public IReadOnlyCollection<SimulatedLease> Leases => _leases.All;

    /// <summary>What was done at it, a line each.</summary>
    public IList<string> Log { get; } = [];

    internal IPAddress External => ToldAddress ?? _nat.PublicAddress;

    /// <summary>Its address to hosts behind it.</summary>
    public IPAddress AddressOf(AddressFamily family) => _addresses[family];

    /// <summary>Forgets all mappings, and its clock starts anew, as after a loss of power.</summary>
    public void Restart()
    {
        _leases.Clear();
        _pcp.Restart();
        Log.Add("restarted");
    }

    SimulatedHost? INode.Resolve(Endpoint destination) => null;

    void INode.Arrive(Packet packet)
    {
        IPAddress own = AddressOf(packet.Source.Address.AddressFamily);
        byte[]? answer = packet.Destination.Port switch
        {
            5351 => _pcp.Answer(packet.Source, packet.Payload),
            1900 when Protocols.HasFlag(PortMappingProtocols.Upnp) => UpnpDesk.AnswerSearch(packet.Payload, own),
            _ => null,
        };
        if (answer is null)
        {
            _network.Router.Drop(packet, DropReason.PortClosed);
            return;
        }

        Endpoint source = new(own, packet.Destination.Port);
        for (int i = 0; i < Noise; i++)
        {
            _network.Router.Answer(_network.Router.Copy(packet), [(byte)i, 0x81, .. answer.AsSpan(0, i % answer.Length)], source, _nat.Inner);
        }

        _network.Router.Answer(packet, answer, source, _nat.Inner);
    }

    internal static int PrefixOf(AddressFamily family) => family == AddressFamily.InterNetwork ? 24 : 64;

    internal static bool IsGroup(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()[0] is >= 224 and < 240
        : address.IsIPv6Multicast;

    internal bool TryConnect(IPAddress from, IPEndPoint to, [NotNullWhen(true)] out Stream? stream)
    {
        bool listens = Protocols.HasFlag(PortMappingProtocols.Upnp) && to.Port == UpnpDesk.HttpPort && _addresses.ContainsValue(to.Address);
        stream = listens ? new RouterStream(_network, _nat.Lan.Delay + Slowness, request => Http?.Invoke(request) ?? _upnp.AnswerHttp(from, request)) : null;
        return listens;
    }

    private void Add(AddressFamily family, IPAddress address)
    {
        _addresses[family] = address;
        _nat.Inner.TryAdd(address, this);
    }
}
