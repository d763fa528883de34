using System.Buffers;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Tests.Simulation.Goodput;

/// <summary>One stream that always has more to send, over one wire, between two endpoints of the product on virtual time.</summary>
internal sealed class GoodputRun
{
    // More than a receive window ever lends out: the stream is never short of bytes.
    private static readonly byte[] s_bytes = new byte[32 * 1024 * 1024];

    // Of UDP over IPv4.
    private const int EthernetPayload = 1472;

    private readonly EndpointPair _pair;
    private readonly Session _session;
    private readonly ulong _stream;

    public GoodputRun(Setting setting, int seed)
    {
        _pair = new EndpointPair(seed);
        Wire wire = _pair.AddDirect(Setting.RoundTrip * 1000 / 2);
        (wire.Rate, wire.QueueBytes, wire.MaxDatagram, wire.Loss) = (setting.Rate, setting.QueueBytes, EthernetPayload, setting.Loss);
        _pair.Alice.Options = new SessionOptions { Congestion = setting.Create };
        _pair.Bob.Discards = true;
        _pair.Alice.Connect(wire.BobFromAlice);
        _pair.RunUntil(() => _pair.Sides.All(side => side.Session?.State == SessionState.Established));
        _session = _pair.Alice.Session!;
        if (!_session.Streams.TryOpen(out _stream))
        {
            throw new InvalidOperationException("no stream can be opened");
        }

        _pair.Alice.OnEvent += OnEvent;
        Lend(0);
    }

    private long Delivered => _pair.Bob.Incoming.Values.Sum(incoming => incoming.Count);

    /// <summary>Bits a second that the application received, after a time to settle.</summary>
    public double Measure(double settle, double seconds)
    {
        _pair.RunFor(settle * 1000);
        long before = Delivered;
        _pair.RunFor(seconds * 1000);
        return (Delivered - before) * 8 / seconds;
    }

    /// <summary>What the sender looks like from inside.</summary>
    public string Describe() => string.Join(", ", _session.Paths.All.Select(path =>
        $"{path.MaxPacketSize} bytes a packet, rtt {path.Rtt.Smoothed.TotalMilliseconds:0.0}, {path.Recovery.NextPacketNumber} packets, {path.Recovery.BytesInFlight} in flight"));

    private void OnEvent(Session session, SessionEvent e)
    {
        if (e.Kind == SessionEventKind.Stream && e.Stream is { Kind: StreamEventKind.Acked } && e.Stream.Id == _stream)
        {
            Lend(e.Stream.Value);
        }
    }

    private void Lend(ulong acked)
    {
        _session.Streams.SetBuffer(_stream, acked, new ReadOnlySequence<byte>(s_bytes), completed: false);
        _pair.Alice.Endpoint.Wake(_session);
    }
}
