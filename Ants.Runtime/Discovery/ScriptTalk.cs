using System.Net;
using System.Net.Sockets;
using Ants.Agents;
using Ants.Nat;
using Ants.Protocol;
using Ants.Protocol.Relaying;

namespace Ants.Discovery;

/// <summary>
/// Carries out a <see cref="StunScript"/>: spare UDP sockets, each opened by the first request that leaves by it and open until the script ends.
/// Everything but the waiting happens on the driver.
/// </summary>
/// <param name="core">The agent.</param>
/// <param name="network">Where sockets come from.</param>
/// <param name="script">What is sent and waited for.</param>
/// <param name="opened">Told each socket's number and port before its first request.</param>
/// <param name="changed">Called after each step; the last time with a script that is finished.</param>
internal sealed class ScriptTalk(AgentCore core, AntsNetwork network, StunScript script, Action<int, int> opened, Action changed)
{
    // What servers have to say to one socket fits into twenty; the rest is for strangers. Behind that nobody is listened to.
    private const int MostDatagrams = 64;

    private readonly byte[] _buffer = new byte[StunScript.MostRequestLength];
    private readonly Dictionary<int, IDatagramSocket> _sockets = [];
    private ScheduledAction? _timer;
    private bool _isOver;

    private TimeSpan Now => TimeSpan.FromTicks(core.Now.Ticks);

    public void Begin()
    {
        script.Begin(Now);
        Pump();
    }

    /// <summary>Says and hears no more.</summary>
    public void End()
    {
        _isOver = true;
        _timer?.Cancel();
        foreach (IDatagramSocket socket in _sockets.Values)
        {
            socket.Dispose();
        }

        _sockets.Clear();
    }

    /// <summary>A relay says that it has sent what was asked for.</summary>
    public void HandleKnocked(StunTransactionId id, IPEndPoint to) => script.HandleKnocked(id, to);

    private void Pump()
    {
        while (!_isOver && script.TryPollTransmit(Now, _buffer, out int written, out int socket, out IPEndPoint? to))
        {
            if (script.KnockPort != 0)
            {
                Knock(to, script.KnockPort, _buffer.AsSpan(0, written));
            }
            else if (Open(socket) is not { } open || open.Send(_buffer.AsSpan(0, written), written, to) is SocketError.NetworkUnreachable or SocketError.HostUnreachable)
            {
                script.HandleUnreachable(Now);
            }
        }

        if (_isOver)
        {
            return;
        }

        _timer?.Cancel();
        _timer = script.NextTimeout is { } next ? core.At(new Instant(next.Ticks), OnTimeout) : null;
        if (script.IsFinished)
        {
            End();
        }

        changed();
    }

    /// <summary>Has a relay send an answer to a request that it does not get, with the request's id.</summary>
    private void Knock(IPEndPoint relay, int port, ReadOnlySpan<byte> request)
    {
        if (StunMessage.TryRead(request, out StunMessage message))
        {
            Span<byte> id = stackalloc byte[StunTransactionId.Length];
            message.TransactionId.CopyTo(id);
            RelayLink? link = core.Links.Held.FirstOrDefault(link => link.EndPoint is { } place && EndPoints.AreSame(place, relay));
            if (link is null || !link.TryAsk(RelayControlMessage.Knock(port, id)))
            {
                script.HandleUnreachable(Now);
            }
        }
    }

    private void OnTimeout()
    {
        script.HandleTimeout(Now);
        Pump();
    }

    private IDatagramSocket? Open(int number)
    {
        if (_sockets.TryGetValue(number, out IDatagramSocket? socket))
        {
            return socket;
        }

        try
        {
            socket = network.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        }
        catch (AntsException)
        {
            return null;
        }

        _sockets.Add(number, socket);
        opened(number, socket.LocalEndPoint.Port);
        _ = ReceiveAsync(number, socket);
        return socket;
    }

    private async Task ReceiveAsync(int number, IDatagramSocket socket)
    {
        DatagramBatch batch = new(capacity: 1);
        for (int taken = 0; taken < MostDatagrams && await socket.ReceiveAsync(batch, CancellationToken.None); taken++)
        {
            byte[] datagram = batch[0].ToArray();
            IPEndPoint from = EndPoints.Unmap(batch.Source(0));
            core.Driver.Post(() => Handle(number, datagram, from));
        }

        socket.Dispose();
    }

    private void Handle(int number, byte[] datagram, IPEndPoint from)
    {
        if (!_isOver && script.TryHandle(Now, number, datagram, from))
        {
            Pump();
        }
    }
}
