using System.Net;
using System.Net.Sockets;

namespace Ants.Tests.Processes;

/// <summary>
/// Stands between one agent and whom it calls, on the loopback, and keeps what passes. To the one called, its outer socket is
/// the agent.
/// <code>
///   agent ---- Address | proxy | outer ---- called
/// </code>
/// </summary>
internal sealed class CapturingProxy : IDisposable
{
    private readonly UdpClient _inner = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly UdpClient _outer = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Lock _lock = new();
    private readonly List<byte[]> _captures = [];
    private IPEndPoint? _agent;

    public CapturingProxy(int calledPort)
    {
        Called = new IPEndPoint(IPAddress.Loopback, calledPort);
        _ = PumpAsync(_inner, (datagram, from) =>
        {
            _agent = from;
            Keep(datagram);
            _outer.Send(datagram, Called);
        });
        _ = PumpAsync(_outer, (datagram, _) =>
        {
            Keep(datagram);
            _inner.Send(datagram, _agent!);
        });
    }

    /// <summary>Whom the agent calls.</summary>
    public IPEndPoint Called { get; }

    /// <summary>Where the agent is to call instead.</summary>
    public IPEndPoint Address => (IPEndPoint)_inner.Client.LocalEndPoint!;

    /// <summary>What passed so far, of both directions.</summary>
    public byte[][] Captures
    {
        get
        {
            lock (_lock)
            {
                return [.. _captures];
            }
        }
    }

    /// <summary>Sends to the one called from the agent's own address, as it appears there.</summary>
    public void Spoof(byte[] datagram) => _outer.Send(datagram, Called);

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _outer.Dispose();
    }

    private static async Task PumpAsync(UdpClient socket, Action<byte[], IPEndPoint> pass)
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await socket.ReceiveAsync();
                pass(received.Buffer, received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private void Keep(byte[] datagram)
    {
        lock (_lock)
        {
            _captures.Add(datagram);
        }
    }
}
