using System.Net;
using System.Net.Sockets;
using Ants.Testing;

namespace Ants.Tests.Unit.Testing;

/// <summary>A port that remembers what it received: the other half of a test of the network model.</summary>
internal sealed class Ear
{
    private readonly SimulatedPort _port;
    private readonly SimulatedHost _host;

    public Ear(SimulatedHost host, int port = 0)
    {
        _host = host;
        _port = host.Bind(port, (now, payload, source) => Heard.Add((now.Ticks / 10_000.0, payload.ToArray(), source)));
    }

    /// <summary>What came: milliseconds of virtual time, bytes, source.</summary>
    public List<(double At, byte[] Payload, IPEndPoint Source)> Heard { get; } = [];

    public int Port => _port.LocalEndPoint.Port;

    public IPEndPoint EndPoint => _port.EndPoint;

    public IPEndPoint LastSource => Heard[^1].Source;

    public SocketError Send(IPEndPoint destination, int length = 100) => _port.Send(new byte[length], destination);

    /// <summary>Sends and runs the world until it has arrived, if it does.</summary>
    public bool Reaches(Ear other, IPEndPoint destination)
    {
        int before = other.Heard.Count;
        Send(destination);
        _host.World.RunFor(TimeSpan.FromSeconds(1));
        return other.Heard.Count > before;
    }

    public void Close() => _port.Dispose();
}
