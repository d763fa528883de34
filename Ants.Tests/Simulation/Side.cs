using System.Buffers;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Tests.Simulation;

/// <summary>One endpoint with what it heard, and what came on the streams that its peer opened.</summary>
internal sealed class Side
{
    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram];
    private readonly byte[] _seed = new byte[AgentIdentity.SeedSize];
    private readonly EndpointPair _pair;
    private readonly EntropySource _entropy;

    public Side(EndpointPair pair, string name, int seed)
    {
        _pair = pair;
        Name = name;
        _entropy = new SeededEntropy(seed);
        _entropy.Fill(_seed);
        Endpoint = new Endpoint(AgentIdentity.FromSeed(_seed), _entropy);
    }

    public Side Other { get; set; } = null!;

    public string Name { get; }

    public Endpoint Endpoint { get; private set; }

    public SessionOptions Options { get; set; } = new();

    public Session? Session { get; set; }

    public List<(Session Session, SessionEvent Event)> Events { get; } = [];

    /// <summary>What the peer's streams brought, by stream.</summary>
    public Dictionary<(Session Session, ulong Id), Incoming> Incoming { get; } = [];

    /// <summary>Whether what comes on streams is counted and forgotten, for more than fits memory.</summary>
    public bool Discards { get; set; }

    public Func<HandshakeRequest, bool>? Admit { get; set; } = _ => true;

    public Action<Session, SessionEvent>? OnEvent { get; set; }

    /// <summary>Whether packets are taken only from addresses to which something was sent, as a filtering NAT does.</summary>
    public bool IsFiltering { get; set; }

    public HashSet<CarrierAddress> Contacted { get; } = [];

    public Dictionary<CarrierAddress, long> BytesTo { get; } = [];

    public Dictionary<CarrierAddress, long> BytesFrom { get; } = [];

    public List<HandshakeRequest> Unanswered { get; } = [];

    /// <summary>Direct or relayed; null while there is no path.</summary>
    public bool? IsDirect => Session?.Paths.Active?.IsDirect;

    /// <summary>Since 1970; one clock for both sides.</summary>
    public TimeSpan UnixTime => _pair.Now - Instant.Zero + TimeSpan.FromDays(20_000);

    public SessionEnd? End => Session?.End;

    public int Count(SessionEventKind kind) => Events.Count(e => e.Event.Kind == kind);

    public void Connect(params IEnumerable<CarrierAddress> vias)
    {
        Session = Endpoint.Connect(Other.Endpoint.Id, UnixTime, Options);
        foreach (CarrierAddress via in vias)
        {
            Endpoint.AddVia(_pair.Now, Session, via);
        }
    }

    /// <summary>The side's key, for who pretends to be it.</summary>
    public AgentIdentity CloneIdentity() => AgentIdentity.FromSeed(_seed);

    /// <summary>The process dies and comes again with the same identity; it remembers nothing.</summary>
    public void Restart()
    {
        Endpoint = new Endpoint(AgentIdentity.FromSeed(_seed), _entropy);
        Session = null;
    }

    public void Receive(CarrierAddress from, ReadOnlySpan<byte> datagram)
    {
        if (IsFiltering && from.Kind == CarrierKind.Udp && !Contacted.Contains(from))
        {
            return;
        }

        BytesFrom[from] = BytesFrom.GetValueOrDefault(from) + datagram.Length;
        Endpoint.HandleDatagram(_pair.Now, from, datagram);
    }

    public void Pump()
    {
        bool again = true;
        while (again)
        {
            again = TakeRequests() | TakeEvents();
            while (Endpoint.TryPollTransmit(_pair.Now, _buffer, out CarrierAddress to, out int length))
            {
                again = true;
                Contacted.Add(to);
                BytesTo[to] = BytesTo.GetValueOrDefault(to) + length;
                _pair.Send(this, to, _buffer.AsSpan(0, length));
            }
        }
    }

    private bool TakeRequests()
    {
        bool any = false;
        while (Endpoint.TryPollRequest(out HandshakeRequest? request))
        {
            any = true;
            if (Admit is null)
            {
                Unanswered.Add(request);
            }
            else if (Admit(request))
            {
                Session = Endpoint.Accept(_pair.Now, request, Options, UnixTime) ?? Session;
            }
            else
            {
                Endpoint.Refuse(request, SessionErrorCode.Refused, "not a contact");
            }
        }

        return any;
    }

    private bool TakeEvents()
    {
        bool any = false;
        while (Endpoint.TryPollEvent(out Session? session, out SessionEvent e))
        {
            any = true;
            Events.Add((session, e));
            if (e.Kind == SessionEventKind.Established)
            {
                Session = session;
            }
            else if (e.Kind == SessionEventKind.Stream)
            {
                OnStream(session, e.Stream);
            }

            OnEvent?.Invoke(session, e);
        }

        return any;
    }

    private void OnStream(Session session, StreamEvent e)
    {
        if (e.Kind == StreamEventKind.Opened)
        {
            Incoming opened = Incoming[(session, e.Id)] = new Incoming(Discards);
            session.Streams.Attach(e.Id, opened.Bytes);
            Endpoint.Wake(session);
        }
        else if (Incoming.TryGetValue((session, e.Id), out Incoming? incoming))
        {
            if (e.Kind is StreamEventKind.Readable or StreamEventKind.Reset)
            {
                Consume(session, e.Id, incoming);
            }

            incoming.IsFinished |= e.Kind == StreamEventKind.Finished;
            incoming.IsReset |= e.Kind == StreamEventKind.Reset;
        }
    }

    /// <summary>Wants no more of a stream that the peer opened.</summary>
    public void StopReceiving(Session session, ulong id)
    {
        Consume(session, id, Incoming[(session, id)]);
        session.Streams.StopSending(id, 1);
        Endpoint.Wake(session);
    }

    private void Consume(Session session, ulong id, Incoming incoming)
    {
        if (incoming.TakeFresh() is var fresh and > 0)
        {
            session.Streams.Consumed(id, fresh, _pair.Now, session.RoundTrip);
            Endpoint.Wake(session);
            incoming.Arrived?.Invoke();
        }
    }

    private sealed class SeededEntropy(int seed) : EntropySource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}

/// <summary>What came on one stream.</summary>
internal sealed class Incoming(bool discards)
{
    private int _consumed;

    public ArrayBufferWriter<byte> Bytes { get; } = new();

    /// <summary>How many bytes came.</summary>
    public long Count { get; private set; }

    public bool IsFinished { get; set; }

    /// <summary>Whether the peer gave it up.</summary>
    public bool IsReset { get; set; }

    /// <summary>Whether this side wants no more of it.</summary>
    public bool IsStopped { get; set; }

    public Action? Arrived { get; set; }

    public int TakeFresh()
    {
        int fresh = Bytes.WrittenCount - _consumed;
        _consumed += fresh;
        Count += fresh;
        if (discards)
        {
            Bytes.ResetWrittenCount();
            _consumed = 0;
        }

        return fresh;
    }
}
