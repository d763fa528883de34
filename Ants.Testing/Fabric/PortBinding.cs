using System.Net;
using System.Net.Sockets;

namespace Ants.Testing.Fabric;

/// <summary>A bound port of a host: what sockets and ports have in common.</summary>
internal sealed class PortBinding(SimulatedHost host, IPAddress address, int port, IPacketSink sink)
{
    /// <summary>The host.</summary>
    public SimulatedHost Host => host;

    /// <summary>Where its packets go.</summary>
    public IPacketSink Sink => sink;

    /// <summary>The address and port that it is bound to.</summary>
    public IPEndPoint LocalEndPoint { get; } = new(address, port);

    /// <summary>Whether it was bound to all addresses. A wildcard of either family stands for both.</summary>
    public bool IsWildcard { get; } = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>Whether its host was killed since it was bound.</summary>
    public bool IsDead { get; set; }

    /// <summary>Whether packets to an address of the host are for it.</summary>
    public bool Covers(IPAddress destination) => IsWildcard || address.Equals(destination);

    /// <summary>Sends one datagram, and says what a real socket would.</summary>
    public SocketError Send(ReadOnlySpan<byte> payload, IPEndPoint destination)
    {
        if (IsDead)
        {
            // Nobody is there to be told: the code that runs on is a shadow.
            return SocketError.Success;
        }

        Endpoint remote = Endpoint.From(destination);
        AddressFamily family = remote.Address.AddressFamily;
        IPAddress? source = IsWildcard ? host.SourceFor(remote.Address) : address;
        if (source is null || source.AddressFamily != family)
        {
            return SocketError.NetworkUnreachable;
        }

        if (!host.IsOwn(source))
        {
            return SocketError.AddressNotAvailable;
        }

        if (Packet.SizeOf(payload.Length, family) > host.Uplink.Mtu && !host.IsOwn(remote.Address))
        {
            return SocketError.MessageSize;
        }

        host.World.Router.Send(host, payload, new Endpoint(source, port), remote);
        return SocketError.Success;
    }

    /// <summary>Gives the port back.</summary>
    public void Close() => host.Ports.Remove(this);
}
