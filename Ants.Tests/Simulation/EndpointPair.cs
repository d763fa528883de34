using System.Net;
using Ants.Protocol;

namespace Ants.Tests.Simulation;

/// <summary>
/// Two endpoints joined by several wires on virtual time: each wire has an address at both ends, a delay, and may be cut.
/// </summary>
internal sealed class EndpointPair
{
    // A driver that is asked to come back at once, again and again, spins; so would this.
    private const int MaxTurnsInOneInstant = 20_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _due = new();
    private long _order;
    private Instant _last;
    private int _turns;

    public EndpointPair(int seed = 1)
    {
        Random = new Random(seed);
        Alice = new Side(this, "alice", seed);
        Bob = new Side(this, "bob", seed + 1000);
        Alice.Other = Bob;
        Bob.Other = Alice;
    }

    public Random Random { get; }

    public Side Alice { get; }

    public Side Bob { get; }

    public IEnumerable<Side> Sides => [Alice, Bob];

    public Instant Now { get; private set; } = new(TimeSpan.FromSeconds(1).Ticks);

    public double Ms => TimeSpan.FromTicks(Now.Ticks).TotalMilliseconds;

    public List<Wire> Wires { get; } = [];

    public long DatagramsSent { get; private set; }

    /// <summary>Sees each datagram that is sent.</summary>
    public Action<Side, CarrierAddress, byte[]>? Tap { get; set; }

    public static CarrierAddress Udp(string address, int port) => CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse(address), port));

    /// <summary>Adds a wire; the addresses are how each side sees the other.</summary>
    public Wire AddWire(CarrierAddress bobFromAlice, CarrierAddress aliceFromBob, double delayMs)
    {
        Wire wire = new() { BobFromAlice = bobFromAlice, AliceFromBob = aliceFromBob, Delay = TimeSpan.FromMilliseconds(delayMs) };
        Wires.Add(wire);
        return wire;
    }

    public Wire AddDirect(double delayMs = 1, int port = 1) =>
        AddWire(Udp("203.0.113.2", port), Udp("203.0.113.1", port), delayMs);

    public Wire AddRelayed(double delayMs = 10, int link = 1) => AddWire(
        CarrierAddress.Relayed(link, Bob.Endpoint.Id), CarrierAddress.Relayed(link, Alice.Endpoint.Id), delayMs);

    /// <summary>Has something done at a time from now.</summary>
    public void After(double ms, Action action) =>
        _due.Enqueue(action, ((Now + TimeSpan.FromMilliseconds(ms)).Ticks, _order++));

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

    /// <summary>Puts a datagram on a side's doorstep, from any address.</summary>
    public void Inject(Side to, CarrierAddress from, byte[] datagram)
    {
        to.Receive(from, datagram);
        Flush();
    }

    internal void Send(Side from, CarrierAddress to, ReadOnlySpan<byte> datagram)
    {
        DatagramsSent++;
        byte[] sent = datagram.ToArray();
        Tap?.Invoke(from, to, sent);
        bool alice = from != Bob;
        Wire? wire = Wires.Find(w => (alice ? w.BobFromAlice : w.AliceFromBob) == to);
        if (wire is null || wire.IsCut || sent.Length > wire.MaxDatagram || (alice ? wire.IsCutFromAlice : wire.IsCutFromBob)
            || wire.Leave(Now, alice, sent.Length) is not { } leaves || Random.NextDouble() < wire.Loss)
        {
            return;
        }

        int copies = Random.NextDouble() < wire.Duplication ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            byte[] bytes = (byte[])sent.Clone();
            if (Random.NextDouble() < wire.Corruption)
            {
                bytes[Random.Next(bytes.Length)] ^= (byte)(1 << Random.Next(8));
            }

            CarrierAddress source = alice ? wire.AliceFromBob : wire.BobFromAlice;
            After((leaves - Now + wire.Delay + (wire.Jitter * Random.NextDouble())).TotalMilliseconds, () => from.Other.Receive(source, bytes));
        }
    }

    private bool Step(Instant limit)
    {
        Instant next = _due.TryPeek(out _, out (long At, long Order) first) ? new Instant(first.At) : Instant.Never;
        next = Instant.Min(next, Alice.Endpoint.NextTimeout ?? Instant.Never);
        next = Instant.Min(next, Bob.Endpoint.NextTimeout ?? Instant.Never);
        if (next > limit)
        {
            return false;
        }

        Now = Instant.Max(Now, next);
        _turns = Now == _last ? _turns + 1 : 0;
        _last = Now;
        if (_turns > MaxTurnsInOneInstant)
        {
            throw new InvalidOperationException($"time stands still at {Now}");
        }

        while (_due.TryPeek(out Action? action, out (long At, long Order) due) && due.At <= Now.Ticks)
        {
            _due.Dequeue();
            action();
        }

        Alice.Endpoint.HandleTimeout(Now);
        Bob.Endpoint.HandleTimeout(Now);
        Flush();
        return true;
    }
}
