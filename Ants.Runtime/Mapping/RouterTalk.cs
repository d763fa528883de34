using System.Net;
using Ants.Agents;
using Ants.Nat;
using Ants.Protocol;

namespace Ants.Mapping;

/// <summary>
/// Carries out what a <see cref="PortMapper"/> wants sent: a UDP socket of our address in the router's network, open only while an answer is
/// waited for, and a TCP connection for each request by HTTP. Everything but the waiting happens on the driver.
/// </summary>
internal sealed class RouterTalk(AgentCore core, AntsNetwork network, PortMapper mapper, Action<RouterTalk> changed, CancellationToken stop)
{
    // What a router has to say in one conversation fits into a few; the rest of a hundred is for strangers' answers to the search.
    // Behind that nobody is listened to, until something is asked again.
    private const int MostDatagrams = 128;

    private readonly byte[] _buffer = new byte[Math.Max(PcpMapRequest.MostLength, SsdpSearch.MostLength)];
    private IDatagramSocket? _socket;
    private ScheduledAction? _timer;
    private bool _isOver;

    public PortMapper Mapper => mapper;

    private TimeSpan Now => TimeSpan.FromTicks(core.Now.Ticks);

    public void Begin()
    {
        mapper.Begin(Now);
        Pump();
    }

    public void Check()
    {
        mapper.Check(Now);
        Pump();
    }

    public void Release()
    {
        mapper.Release(Now);
        Pump();
    }

    /// <summary>Says and hears no more: the router is out of reach, or the agent is gone.</summary>
    public void End()
    {
        _isOver = true;
        _timer?.Cancel();
        Close();
    }

    private void Pump()
    {
        if (_isOver)
        {
            return;
        }

        while (mapper.TryPollDatagram(Now, _buffer, out int written, out IPEndPoint? to))
        {
            Send(_buffer.AsSpan(0, written), to);
        }

        while (mapper.TryPollExchange(out RouterExchange? exchange))
        {
            _ = ExchangeAsync(exchange);
        }

        if (!mapper.IsListening)
        {
            Close();
        }

        _timer?.Cancel();
        _timer = mapper.NextTimeout is { } next ? core.At(new Instant(next.Ticks), OnTimeout) : null;
        changed(this);
    }

    private void OnTimeout()
    {
        mapper.HandleTimeout(Now);
        Pump();
    }

    /// <summary>What cannot be sent is as good as lost: it is sent again, and given up in the end.</summary>
    private void Send(ReadOnlySpan<byte> datagram, IPEndPoint to)
    {
        if (_socket is null)
        {
            try
            {
                _socket = network.Bind(new IPEndPoint(mapper.Gateway.Local, 0));
            }
            catch (AntsException)
            {
                return;
            }

            _ = ReceiveAsync(_socket);
        }

        _socket.Send(datagram, datagram.Length, to);
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task ReceiveAsync(IDatagramSocket socket)
    {
        DatagramBatch batch = new(capacity: 4);
        for (int taken = 0; taken < MostDatagrams && await socket.ReceiveAsync(batch, CancellationToken.None);)
        {
            for (int i = 0; i < batch.Count; i++, taken++)
            {
                IPEndPoint from = batch.Source(i);
                if (EndPoints.Unmap(from.Address).Equals(mapper.Gateway.Router) || mapper.Gateway.IsOnLink(EndPoints.Unmap(from.Address)))
                {
                    byte[] datagram = batch[i].ToArray();
                    core.Driver.Post(() => Handle(datagram, from));
                }
            }
        }

        socket.Dispose();
    }

    private void Handle(byte[] datagram, IPEndPoint from)
    {
        if (!_isOver && mapper.TryHandleDatagram(Now, datagram, from))
        {
            Pump();
        }
    }

    private async Task ExchangeAsync(RouterExchange exchange)
    {
        HttpAnswer? answer = await RouterHttp.AskAsync(network, exchange, stop);
        core.Driver.Post(() =>
        {
            if (!_isOver)
            {
                mapper.HandleAnswer(Now, exchange, answer);
                Pump();
            }
        });
    }
}
