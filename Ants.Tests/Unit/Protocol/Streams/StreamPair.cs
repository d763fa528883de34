using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>
/// Two ends joined by a network that loses, reorders and duplicates. What the ends are told of a packet's fate is as
/// unreliable as it is in life: a packet held lost may arrive, an acknowledgement may come twice, after a loss or before.
/// </summary>
internal sealed class StreamPair
{
    private readonly Random _random;
    private readonly double _loss;
    private readonly List<(StreamEnd From, StreamEnd To, Packet Packet)> _flying = [];
    private readonly List<(StreamEnd At, SentFrame Note)> _old = [];
    private int _toOpen;

    public StreamPair(int seed, double loss)
    {
        _random = new Random(seed);
        _loss = loss;
        _toOpen = 1 + _random.Next(12);
        Left = NewEnd("left", even: true, out StreamLimits left);
        Right = NewEnd("right", even: false, out StreamLimits right);
        for (int i = _random.Next(3); i > 0; i--)
        {
            Assert.That(Left.TryOpen(_random), Is.True, "Streams can be opened before the peer's limits are known.");
        }

        Assert.That(Packet.From(Left.Set), Is.Null, "Nothing is sent before the peer's limits are known.");
        Left.Set.ApplyPeerLimits(right);
        Right.Set.ApplyPeerLimits(left);
    }

    public StreamEnd Left { get; }

    public StreamEnd Right { get; }

    /// <summary>Random steps, then faithful delivery until both ends have forgotten all streams.</summary>
    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        for (int i = 0; i < 2000 && !IsQuiet; i++)
        {
            Settle(Left);
            Settle(Right);
        }

        Left.HandleEvents(_random);
        Right.HandleEvents(_random);
        Assert.That(IsQuiet, Is.True, "Everything ends.");
    }

    private bool IsQuiet => _toOpen == 0 && _flying.Count == 0 && Left.Set.Count + Right.Set.Count == 0
        && !Left.Set.HasPending && !Right.Set.HasPending;

    private StreamEnd NewEnd(string name, bool even, out StreamLimits limits)
    {
        limits = new StreamLimits((ulong)_random.Next(2, 6), (ulong)_random.Next(1, 3_000), (ulong)_random.Next(1, 1_500));
        return new StreamEnd(name, even, limits, new WindowCaps(5_000, 3_000));
    }

    private void Step()
    {
        StreamEnd end = _random.Next(2) == 0 ? Left : Right;
        end.Now += TimeSpan.FromMilliseconds(_random.Next(30));
        switch (_random.Next(10))
        {
            case 0:
                Open(end);
                break;
            case 1 or 2:
                Act(end, all: false);
                break;
            case 3 or 4 or 5:
                Send(end);
                break;
            case 6 or 7 or 8:
                Arrive();
                break;
            default:
                TellOldNews();
                break;
        }

        Left.Check();
        Right.Check();
    }

    private void Open(StreamEnd end)
    {
        if (_toOpen > 0 && end.TryOpen(_random))
        {
            _toOpen--;
        }
    }

    private void Act(StreamEnd end, bool all)
    {
        end.HandleEvents(_random);
        foreach (StreamEndpoint endpoint in end.Endpoints.Values.ToList())
        {
            endpoint.Act(_random, all);
        }

        end.HandleEvents(_random);
    }

    private void Send(StreamEnd end)
    {
        if (Packet.From(end.Set, 40 + _random.Next(400)) is { } packet)
        {
            _flying.Add((end, end == Left ? Right : Left, packet));
        }
    }

    /// <summary>Something becomes of one packet, not of the oldest first.</summary>
    private void Arrive()
    {
        if (_flying.Count == 0)
        {
            return;
        }

        int index = _random.Next(_flying.Count);
        (StreamEnd from, StreamEnd to, Packet packet) = _flying[index];
        _old.AddRange(packet.Notes.Select(note => (from, note)));
        if (_random.NextDouble() < _loss)
        {
            packet.LoseAt(from.Set);
            if (_random.Next(2) == 0)
            {
                _flying.RemoveAt(index);
            }

            return;
        }

        Deliver(from, to, packet);
        if (_random.NextDouble() >= _loss)
        {
            _flying.RemoveAt(index);
        }
    }

    private void Deliver(StreamEnd from, StreamEnd to, Packet packet)
    {
        Assert.That(packet.DeliverTo(to.Set), Is.EqualTo(StreamFault.None));
        to.HandleEvents(_random);
        if (_random.NextDouble() < _loss)
        {
            // The acknowledgement is lost.
            packet.LoseAt(from.Set);
            return;
        }

        packet.AckAt(from.Set);
        foreach (SentFrame note in packet.Notes)
        {
            _old.RemoveAll(old => old.At == from && old.Note == note);
            _old.Add((from, note));
        }
    }

    /// <summary>Of a frame whose fate was told, a copy is wanted, or it is told lost again.</summary>
    private void TellOldNews()
    {
        if (_old.Count == 0)
        {
            return;
        }

        (StreamEnd at, SentFrame note) = _old[_random.Next(_old.Count)];
        if (_random.Next(2) == 0)
        {
            at.Set.Requeue(note);
        }
        else
        {
            at.Set.OnLost(note);
        }
    }

    private void Settle(StreamEnd end)
    {
        Open(end);
        Act(end, all: true);
        Send(end);
        foreach ((StreamEnd from, StreamEnd to, Packet packet) in _flying)
        {
            Assert.That(packet.DeliverTo(to.Set), Is.EqualTo(StreamFault.None));
            packet.AckAt(from.Set);
        }

        _flying.Clear();
        Left.HandleEvents(_random);
        Right.HandleEvents(_random);
    }
}
