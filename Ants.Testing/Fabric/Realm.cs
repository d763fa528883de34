using System.Net;
using System.Net.Sockets;

namespace Ants.Testing.Fabric;

/// <summary>A network with addresses of its own: the public one, or what lies behind a NAT.</summary>
internal sealed class Realm
{
    private readonly Dictionary<IPAddress, INode> _nodes = [];
    private readonly byte[] _ipv4;
    private readonly byte[] _ipv6;
    private int _given;

    /// <summary>A realm whose addresses count up behind these two.</summary>
    public Realm(SimulatedNat? gateway, LinkConditions conditions, IPAddress ipv4, IPAddress ipv6)
    {
        Gateway = gateway;
        Conditions = conditions;
        _ipv4 = ipv4.GetAddressBytes();
        _ipv6 = ipv6.GetAddressBytes();
    }

    /// <summary>The NAT that leads out of it; <see langword="null"/> for the public network.</summary>
    public SimulatedNat? Gateway { get; }

    /// <summary>What happens to datagrams between two nodes of it.</summary>
    public LinkConditions Conditions { get; set; }

    /// <summary>Where its IPv4 addresses begin.</summary>
    public byte[] NetworkV4 => [.. _ipv4];

    /// <summary>Who has an address here, or <see langword="null"/>.</summary>
    public INode? Find(IPAddress address) => _nodes.GetValueOrDefault(address);

    /// <summary>Gives the next free address of a family.</summary>
    public IPAddress Allocate(INode node, AddressFamily family)
    {
        while (true)
        {
            _given++;
            byte[] bytes = [.. family == AddressFamily.InterNetwork ? _ipv4 : _ipv6];
            int carry = _given;
            for (int i = bytes.Length - 1; carry > 0 && i >= 0; i--)
            {
                carry += bytes[i];
                bytes[i] = (byte)carry;
                carry >>= 8;
            }

            // Networks and broadcasts of /24 networks are no host's address.
            IPAddress address = new(bytes);
            if (bytes[^1] is not (0 or 255) && _nodes.TryAdd(address, node))
            {
                return address;
            }
        }
    }

    /// <summary>Gives an address to a node; false when another has it.</summary>
    public bool TryAdd(IPAddress address, INode node) => _nodes.TryAdd(address, node) || _nodes[address] == node;

    /// <summary>Takes an address back.</summary>
    public void Remove(IPAddress address) => _nodes.Remove(address);
}
