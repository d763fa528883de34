using System.Buffers;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Bench.Micro.Worlds;

/// <summary>One endpoint with its one session (a relay has several), reading at once whatever comes on streams.</summary>
internal sealed class Peer
{
    /// <summary>What Ethernet leaves of its 1,500 bytes to a UDP datagram over IPv4: the wire drops what is longer.</summary>
    public const int MaxDatagram = 1472;

    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram];
    private readonly SessionOptions _options;

    public Peer(AgentIdentity identity, int seed, CarrierAddress address, SessionOptions options)
    {
        _options = options;
        Address = address;
        Endpoint = new Endpoint(identity, new SeededEntropy(seed));
    }

    public Endpoint Endpoint { get; }

    /// <summary>How others see it.</summary>
    public CarrierAddress Address { get; }

    /// <summary>The last one that was begun or established.</summary>
    public Session Session { get; private set; } = null!;

    public CountingSink Sink { get; } = new();

    /// <summary>How far the stream that it sends on is acknowledged.</summary>
    public ulong Acked { get; private set; }

    /// <summary>What is sent on a stream of the other end's once that has ended; nothing by default.</summary>
    public ReadOnlySequence<byte> Answer { get; set; }

    public bool IsEstablished { get; private set; }

    public void Connect(Instant now, Peer other)
    {
        // Some day in this century: a handshake's timestamp must only not be before the epoch.
        Session = Endpoint.Connect(other.Endpoint.Id, now - Instant.Zero + TimeSpan.FromDays(20_000), _options);
        Endpoint.AddVia(now, Session, other.Address);
    }

    public ulong OpenStream()
    {
        Acked = 0;
        return Session.Streams.TryOpen(out ulong id) ? id : throw new InvalidOperationException("The peer allows no more streams.");
    }

    /// <summary>Sends all that is due to where <paramref name="route"/> says that addresses are; returns how many datagrams.</summary>
    public int SendTo(Instant now, Func<CarrierAddress, Peer?> route)
    {
        int sent = 0;
        for (; Endpoint.TryPollTransmit(now, _buffer, out CarrierAddress to, out int length); sent++)
        {
            route(to)?.Take(now, Address, _buffer.AsSpan(0, length));
        }

        return sent;
    }

    /// <summary>Takes a datagram that fits the wire.</summary>
    public void Take(Instant now, CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length <= MaxDatagram)
        {
            Endpoint.HandleDatagram(now, from, datagram);
        }
    }

    /// <summary>Answers requests and acts on news, as the runtime does.</summary>
    public void Attend(Instant now)
    {
        while (Endpoint.TryPollRequest(out HandshakeRequest? request))
        {
            Endpoint.Accept(now, request, _options);
        }

        while (Endpoint.TryPollEvent(out Session? session, out SessionEvent e))
        {
            if (e.Kind == SessionEventKind.Established)
            {
                (Session, IsEstablished) = (session, true);
            }
            else if (e.Kind == SessionEventKind.Stream)
            {
                OnStream(now, session, e.Stream);
            }
        }
    }

    private void OnStream(Instant now, Session session, in StreamEvent e)
    {
        switch (e.Kind)
        {
            case StreamEventKind.Opened:
                session.Streams.Attach(e.Id, Sink);
                Endpoint.Wake(session);
                break;
            case StreamEventKind.Readable:
                session.Streams.Consumed(e.Id, Sink.TakeHeld(), now, session.RoundTrip);
                Endpoint.Wake(session);
                break;
            case StreamEventKind.Finished:
                // Ended, so that nothing of the stream stays.
                session.Streams.SetBuffer(e.Id, 0, Answer, completed: true);
                Endpoint.Wake(session);
                break;
            case StreamEventKind.Acked:
                Acked = e.Value;
                break;
            default:
                break;
        }
    }
}
