using System.Net;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;

namespace Ants.Tests.Simulation;

/// <summary>
/// Two endpoints joined by several wires on virtual time: each wire has an address at both ends, a delay, and may be cut.
/// </summary>
internal sealed class EndpointPair
{
    private readonly PriorityQueue<Delivery, (long At, long Order)> _inFlight = new();
    private long _order;

    public EndpointPair(int seed = 1)
    {
        Random = new Random(seed);
        byte[] entropy = new byte[8];
        Random.NextBytes(entropy);
        Alice = new Side(this, "alice", new SeededEntropy(seed));
        Bob = new Side(this, "bob", new SeededEntropy(seed + 1000));
        Alice.Other = Bob;
        Bob.Other = Alice;
    }

    public Random Random { get; }

    public Side Alice { get; }

    public Side Bob { get; }

    public Instant Now { get; private set; } = new(TimeSpan.FromSeconds(1).Ticks);

    public List<Wire> Wires { get; } = [];

    public long DatagramsSent { get; private set; }

    /// <summary>Adds a wire; the addresses are how each side sees the other.</summary>
    public Wire AddWire(CarrierAddress bobFromAlice, CarrierAddress aliceFromBob, double delayMs)
    {
        Wire wire = new() { BobFromAlice = bobFromAlice, AliceFromBob = aliceFromBob, Delay = TimeSpan.FromMilliseconds(delayMs) };
        Wires.Add(wire);
        return wire;
    }

    public Wire AddDirect(double delayMs = 1, int port = 1) => AddWire(
        CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse("203.0.113.2"), port)),
        CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse("203.0.113.1"), port)), delayMs);

    public Wire AddRelayed(double delayMs = 10, int link = 1) => AddWire(
        CarrierAddress.Relayed(link, Bob.Endpoint.Id), CarrierAddress.Relayed(link, Alice.Endpoint.Id), delayMs);

    public void RunUntil(Func<bool> condition, double limitMs = 60_000)
    {
        Instant limit = Now + TimeSpan.FromMilliseconds(limitMs);
        Flush();
        while (!condition())
        {
            if (!Step(limit))
            {
                throw new TimeoutException($"not within {limitMs} ms of virtual time; now {Now}");
            }
        }
    }

    public void RunFor(double milliseconds)
    {
        Instant end = Now + TimeSpan.FromMilliseconds(milliseconds);
        Flush();
        while (Step(end))
        {
        }

        Now = end;
    }

    public void Flush()
    {
        Alice.Pump();
        Bob.Pump();
    }

    internal void Send(Side from, CarrierAddress to, ReadOnlySpan<byte> datagram)
    {
        DatagramsSent++;
        Wire? wire = Wires.Find(w => (from == Alice ? w.BobFromAlice : w.AliceFromBob) == to);
        if (wire is null || wire.IsCut || (from == Alice ? wire.IsCutFromAlice : wire.IsCutFromBob) || Random.NextDouble() < wire.Loss)
        {
            return;
        }

        int copies = Random.NextDouble() < wire.Duplication ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            byte[] bytes = datagram.ToArray();
            if (Random.NextDouble() < wire.Corruption)
            {
                bytes[Random.Next(bytes.Length)] ^= (byte)(1 << Random.Next(8));
            }

            TimeSpan delay = wire.Delay + (wire.Jitter * Random.NextDouble());
            CarrierAddress source = from == Alice ? wire.AliceFromBob : wire.BobFromAlice;
            _inFlight.Enqueue(new Delivery(from.Other, source, bytes), ((Now + delay).Ticks, _order++));
        }
    }

    private bool Step(Instant limit)
    {
        Instant next = _inFlight.TryPeek(out _, out (long At, long Order) first) ? new Instant(first.At) : Instant.Never;
        next = Instant.Min(next, Alice.Endpoint.NextTimeout ?? Instant.Never);
        next = Instant.Min(next, Bob.Endpoint.NextTimeout ?? Instant.Never);
        if (next > limit)
        {
            return false;
        }

        Now = Instant.Max(Now, next);
        while (_inFlight.TryPeek(out Delivery delivery, out (long At, long Order) due) && due.At <= Now.Ticks)
        {
            _inFlight.Dequeue();
            delivery.To.Endpoint.HandleDatagram(Now, delivery.From, delivery.Bytes);
        }

        Alice.Endpoint.HandleTimeout(Now);
        Bob.Endpoint.HandleTimeout(Now);
        Flush();
        return true;
    }

    private readonly record struct Delivery(Side To, CarrierAddress From, byte[] Bytes);

    /// <summary>A wire between the two.</summary>
    internal sealed class Wire
    {
        public CarrierAddress BobFromAlice { get; set; }

        public CarrierAddress AliceFromBob { get; set; }

        public TimeSpan Delay { get; set; }

        public TimeSpan Jitter { get; set; }

        public double Loss { get; set; }

        public double Duplication { get; set; }

        public double Corruption { get; set; }

        public bool IsCut { get; set; }

        public bool IsCutFromAlice { get; set; }

        public bool IsCutFromBob { get; set; }
    }

    /// <summary>One endpoint with what it heard.</summary>
    internal sealed class Side(EndpointPair pair, string name, EntropySource entropy)
    {
        private readonly byte[] _buffer = new byte[1500];

        public static SessionOptions Options { get; } = new();

        public Side Other { get; set; } = null!;

        public string Name { get; } = name;

        public Endpoint Endpoint { get; } = new(IdentityOf(entropy), entropy);

        public Session? Session { get; set; }

        public List<SessionEvent> Events { get; } = [];

        public Func<HandshakeRequest, bool> Admit { get; set; } = _ => true;

        public void Connect(params IEnumerable<CarrierAddress> vias)
        {
            Session = Endpoint.Connect(Other.Endpoint.Id, TimeSpan.FromDays(20_000), Options);
            foreach (CarrierAddress via in vias)
            {
                Endpoint.AddVia(pair.Now, Session, via);
            }
        }

        public void Pump()
        {
            bool again = true;
            while (again)
            {
                again = false;
                while (Endpoint.TryPollRequest(out HandshakeRequest? request))
                {
                    again = true;
                    if (Admit(request))
                    {
                        Session = Endpoint.Accept(pair.Now, request, Options) ?? Session;
                    }
                    else
                    {
                        Endpoint.Refuse(request, SessionErrorCode.Refused, "not a contact");
                    }
                }

                while (Endpoint.TryPollEvent(out Session? session, out SessionEvent e))
                {
                    again = true;
                    Events.Add(e);
                    OnEvent?.Invoke(session, e);
                }

                while (Endpoint.TryPollTransmit(pair.Now, _buffer, out CarrierAddress to, out int length))
                {
                    again = true;
                    pair.Send(this, to, _buffer.AsSpan(0, length));
                }
            }
        }

        public Action<Session, SessionEvent>? OnEvent { get; set; }

        private static AgentIdentity IdentityOf(EntropySource entropy)
        {
            byte[] seed = new byte[AgentIdentity.SeedSize];
            entropy.Fill(seed);
            return AgentIdentity.FromSeed(seed);
        }
    }

    private sealed class SeededEntropy(int seed) : EntropySource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}
