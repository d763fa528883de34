using System.Net;
using System.Net.Sockets;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// A bound UDP port that hands datagrams to a callback: the simulated network without tasks, for tests of a protocol's
/// state machine. Made by <see cref="SimulatedHost.Bind(int, DatagramHandler)"/>.
/// </summary>
public sealed class SimulatedPort : IPacketSink, IDisposable
{
    private readonly DatagramHandler _handler;
    private readonly PortBinding _binding;
    private bool _isClosed;

    internal SimulatedPort(SimulatedHost host, IPEndPoint local, DatagramHandler handler)
    {
        _handler = handler;
        _binding = host.Ports.Bind(local, this);
    }

    /// <summary>The address and port that it is bound to.</summary>
    public IPEndPoint LocalEndPoint => _binding.LocalEndPoint;

    /// <summary>Its address and port as a host on the same network sends to it: with the host's first IPv4 address, or its first.</summary>
    public IPEndPoint EndPoint => new(
        _binding.IsWildcard ? _binding.Host.AddressOf(AddressFamily.InterNetwork) ?? _binding.Host.Addresses[0] : LocalEndPoint.Address,
        LocalEndPoint.Port);

    /// <summary>Sends one datagram.</summary>
    /// <returns>What a real socket would say: see <see cref="IDatagramSocket.Send"/>.</returns>
    public SocketError Send(ReadOnlySpan<byte> payload, IPEndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _isClosed ? SocketError.OperationAborted : _binding.Send(payload, destination);
    }

    /// <summary>Unbinds the port.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _binding.Close();
    }

    bool IPacketSink.HasRoom(int bytes) => true;

    void IPacketSink.Accept(ReadOnlySpan<byte> payload, IPEndPoint source) =>
        _handler(_binding.Host.World.Now, payload, source);
}
