using System.Buffers;
using System.Net;
using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Bench.Micro.Worlds;

/// <summary>One endpoint in the middle and others that each have a session with it, on one clock, over wires that take no time.</summary>
internal sealed class Star
{
    // As Duo.
    private static readonly TimeSpan s_round = TimeSpan.FromMicroseconds(50);

    // A driver's timers are no finer, and thousands of sessions have something due in every instant.
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<CarrierAddress, Peer> _peers = [];
    private readonly HashSet<Peer> _heard = [];

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerSecond);

    public Peer Hub { get; } = new(Identities.At(0), 1, AddressOf(0), new SessionOptions());

    /// <summary>Adds an endpoint, has it establish a session, and moves bytes both ways on a stream that is closed again.</summary>
    public void Add(int number, ReadOnlyMemory<byte> bytes)
    {
        Peer peer = new(Identities.At(number), number, AddressOf(number), new SessionOptions());
        _peers.Add(peer.Address, peer);
        peer.Connect(Now, Hub);
        while (!peer.IsEstablished)
        {
            Round(peer);
        }

        ulong id = peer.OpenStream();
        peer.Session.Streams.Attach(id, peer.Sink);
        peer.Session.Streams.SetBuffer(id, 0, new ReadOnlySequence<byte>(bytes), completed: true);
        peer.Endpoint.Wake(peer.Session);
        Hub.Answer = new ReadOnlySequence<byte>(bytes);
        for (Instant patience = Now + TimeSpan.FromSeconds(60); peer.Session.Streams.Count > 0;)
        {
            if (!Round(peer))
            {
                Advance(Instant.Min(peer.Endpoint.NextTimeout ?? Instant.Never, Hub.Endpoint.NextTimeout ?? Instant.Never), [peer]);
            }

            if (Now > patience)
            {
                throw new InvalidOperationException("The bytes do not arrive.");
            }
        }
    }

    /// <summary>Passes time in which nobody does anything but what the sessions themselves have to.</summary>
    public void Pass(TimeSpan time)
    {
        Instant end = Now + time;
        Peer[] all = [.. _peers.Values];
        for (Instant next = Now; next <= end; next = Instant.Max(Next(all), Now + s_tick))
        {
            Advance(next, [.. all.Where(peer => peer.Endpoint.NextTimeout <= next)]);
            while (Step() | StepHeard())
            {
            }
        }
    }

    private static CarrierAddress AddressOf(int number) =>
        CarrierAddress.Udp(new IPEndPoint(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 41641));

    private Instant Next(Peer[] all) => all.Aggregate(Hub.Endpoint.NextTimeout ?? Instant.Never,
        static (next, peer) => Instant.Min(next, peer.Endpoint.NextTimeout ?? Instant.Never));

    private bool Round(Peer peer)
    {
        bool any = Step(peer);
        Now += s_round;
        any |= Step();
        Now += s_round;
        return any;
    }

    private bool Step()
    {
        Hub.Attend(Now);
        return Hub.SendTo(Now, Route) > 0;
    }

    /// <summary>Has those act that something came for, or was due for.</summary>
    private bool StepHeard()
    {
        Peer[] heard = [.. _heard];
        _heard.Clear();
        return heard.Aggregate(false, (any, peer) => Step(peer) | any);
    }

    private Peer? Route(CarrierAddress to)
    {
        if (_peers.TryGetValue(to, out Peer? peer))
        {
            _heard.Add(peer);
        }

        return peer;
    }

    private bool Step(Peer peer)
    {
        peer.Attend(Now);
        return peer.SendTo(Now, _ => Hub) > 0;
    }

    private void Advance(Instant to, Peer[] peers)
    {
        Now = Instant.Max(Now, to);
        Hub.Endpoint.HandleTimeout(Now);
        foreach (Peer peer in peers)
        {
            peer.Endpoint.HandleTimeout(Now);
            _heard.Add(peer);
        }
    }
}
