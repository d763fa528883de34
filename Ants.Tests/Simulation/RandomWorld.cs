using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using NUnit.Framework;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Tests.Simulation;

/// <summary>
/// A world of one seed: two agents, relays and direct wires, all more or less bad (see <see cref="RandomWires"/>); lines, bulk and DATAGRAMs both
/// ways, keys that change; cuts, rebinds, other sizes and routes, probes, send errors and streams given up at random times. Checks what must always hold.
/// </summary>
internal sealed class RandomWorld
{
    private const double StormMs = 8000;

    // After the storm the relays are up again: a backed-off probe timeout (3 s), a fallback and the rest of the bytes. The worst
    // relays lose a fifth of all packets, over which a megabyte takes two and a half minutes at 190 ms: a minute, and three for each megabyte.
    private const double RecoveryMs = 60_000, RecoveryMsPerByte = 0.18;

    private const int MaxTalk = 1 << 20, MaxBulk = 4 << 20;

    private readonly EndpointPair _pair;
    private readonly Random _random;
    private readonly List<Talk> _talks = [];
    private readonly List<DatagramTalk> _datagrams = [];
    private readonly RandomWires _wires;
    private readonly int _seed;

    public RandomWorld(int seed)
    {
        _seed = seed;
        _pair = new EndpointPair(seed);
        _random = new Random(seed * 7919);
        _wires = new RandomWires(_pair, _random);
        foreach (Side side in _pair.Sides)
        {
            if (seed % 4 != 0)
            {
                // In three worlds of four the keys change all the time: as soon as they may, and a few times in the storm.
                side.Options = side.Options with { KeyUpdatePackets = 1UL << (seed % 4 * 3 - 3) };
            }

            if (_random.Next(5) == 0)
            {
                side.Options = side.Options with { Congestion = static size => new NewReno(size) };
            }
        }
    }

    /// <summary>Datagrams of early data that were taken.</summary>
    public long EarlyTaken { get; private set; }

    /// <summary>Bytes that came on streams.</summary>
    public long Bytes { get; private set; }

    /// <summary>DATAGRAMs that came.</summary>
    public int Datagrams { get; private set; }

    /// <summary>How often a wire carried another size than before.</summary>
    public int SizeChanges => _wires.SizeChanges;

    /// <summary>How often the two ends have changed their keys.</summary>
    public long KeyChanges { get; private set; }

    public int Checks { get; private set; }

    public void Run()
    {
        Connect();
        Storm();
        Calm();
        _pair.RunUntil(() => Checked(_talks.TrueForAll(talk => talk.IsOver)), RecoveryMs + (_talks.Sum(talk => talk.Written) * RecoveryMsPerByte));

        // What the last packet made due at the very moment it came: a path that leads elsewhere now is probed at once.
        _pair.RunFor(0);
        KeyChanges = _pair.Sides.Sum(side => side.Session!.Keys!.Sending.Generation);
        Check(_talks.TrueForAll(talk => talk.IsIntact), "every byte once and in order");
        Check(_pair.Sides.Sum(side => side.Incoming.Count) == _talks.Count, "every stream was told of once");
        Check(_pair.Sides.All(side => side.Session!.Streams.Window is { } window && window.Received == window.Released), "what was received is given back");
        Bytes = _talks.Sum(talk => (long)talk.Received);
        Datagrams = _datagrams.Sum(talk => talk.Heard);
        EarlyTaken = _pair.Bob.Endpoint.Counters.EarlyDataTaken;
        CheckSides();
        Close();
    }

    /// <summary>What a failure looks like from inside.</summary>
    public string Describe() => string.Join("; ", _pair.Sides.Select(side =>
        $"{side.Name} {side.Session?.State} {string.Join(", ", side.Session?.Paths.All.Select(Describe) ?? [])}"))
        + $"; written {string.Join(' ', _talks.Select(talk => $"{talk.Received}/{talk.Written}"))}";

    private static string Describe(Path path) =>
        $"{path.Id} {path.State} {path.Remote} credit {(path.IsAddressValidated ? "all" : path.SendCredit)} flight {path.Recovery.BytesInFlight} pto {path.Recovery.PtoCount} "
        + $"rtt {path.Rtt.Smoothed.TotalMilliseconds:0}+{path.Rtt.Variance.TotalMilliseconds:0} next {path.Recovery.NextPacketNumber} acked {path.Recovery.LargestAcked}";

    private void Connect()
    {
        bool glare = _random.Next(3) == 0;
        _pair.Alice.Connect(_wires.Relays.Select(wire => wire.BobFromAlice));
        if (_seed % 3 == 0)
        {
            SendEarly();
        }

        if (glare)
        {
            _pair.RunFor(_random.NextDouble() * 20);
            if (_pair.Bob.Session is null)
            {
                _pair.Bob.Connect(_wires.Relays.Select(wire => wire.AliceFromBob));
            }
        }

        _pair.RunUntil(() => Checked(_pair.Sides.All(side => side.Session?.State == SessionState.Established)), RecoveryMs);
        for (int i = 0; i < 1 + _random.Next(4); i++)
        {
            Side from = _random.Next(2) == 0 ? _pair.Alice : _pair.Bob;
            bool isBulk = i == 0 && _seed % 4 == 1;
            Talk talk = new(_pair, from, isBulk ? MaxBulk : MaxTalk, _seed + i);
            _talks.Add(talk);
            if (isBulk)
            {
                talk.Write(MaxTalk + _random.Next(MaxBulk - MaxTalk));
            }
            else if (_random.Next(2) == 0)
            {
                talk.WriteLines(2 + (_random.NextDouble() * 30), 1 + _random.Next(200));
            }
            else
            {
                talk.Write(_random.Next(300_000));
            }
        }

        foreach (Side side in _pair.Sides.Where(_ => _random.Next(3) == 0))
        {
            _datagrams.Add(new DatagramTalk(_pair, side, 5 + (_random.NextDouble() * 50)));
        }
    }

    /// <summary>The first bytes of a talk go with the handshake; they are taken or not.</summary>
    private void SendEarly()
    {
        _pair.Bob.Endpoint.AllowEarlyData(_pair.Bob.UnixTime - TimeSpan.FromMinutes(_seed % 2));
        Talk talk = new(_pair, _pair.Alice, MaxTalk, _seed);
        _talks.Add(talk);
        talk.Write(1 + (_seed * 37 % 6000));
        _pair.Alice.Endpoint.SendEarly(_pair.Alice.Session!, talk.Id);
        talk.WriteLines(11);
    }

    private void Storm()
    {
        for (double at = 0; at < StormMs; at += 50 + (_random.NextDouble() * 700))
        {
            _pair.After(at, Strike);
        }

        for (double at = 0; at < StormMs; at += 100)
        {
            _pair.RunFor(100);
            CheckSides();
        }
    }

    private void Strike()
    {
        Side side = _random.Next(2) == 0 ? _pair.Alice : _pair.Bob;
        Wire wire = _wires.AnyDirect();
        CarrierAddress there = side == _pair.Alice ? wire.BobFromAlice : wire.AliceFromBob;
        switch (_random.Next(14))
        {
            case < 5:
                side.Session!.Probe(there);
                break;
            case < 11:
                _wires.Strike();
                break;
            case 11:
                side.Endpoint.OnSendError(_pair.Now, there);
                break;
            case 12 when _random.Next(4) == 0:
                _talks[_random.Next(_talks.Count)].Abandon(byReceiver: _random.Next(2) == 0);
                break;
            default:
                side.Session!.Revive(_pair.Now);
                break;
        }
    }

    private void Calm()
    {
        _wires.Calm();
        _talks.ForEach(talk => talk.StopLines());
        _datagrams.ForEach(talk => talk.Stop());
        foreach (Side side in _pair.Sides)
        {
            side.Session!.Revive(_pair.Now);
        }
    }

    private void CheckSides()
    {
        foreach (Side side in _pair.Sides)
        {
            Session session = side.Session!;
            Check(side.End is null, $"{side.Name} ended: {side.End}");
            Check(side.Endpoint.NextTimeout is not { } next || next > _pair.Now, "no deadline is left in the past");
            Check(session.Paths.All.Count <= 8, "paths are bounded");
            Check(session.Paths.All.Count(path => path.State == PathState.Active) <= 1, "one path at most is active");
            Check(session.Paths.Active is null || session.Paths.Active.State == PathState.Active, "the active path is active");
            foreach (Path path in session.Paths.All)
            {
                bool idle = path.State is PathState.Failed && !path.Validation.HasResponse;
                Check(!idle || path.Recovery.BytesInFlight == 0, "nothing is in flight on a failed path");
                Check(path.Recovery.BytesInFlight >= 0, "bytes in flight are never negative");
            }
        }

        foreach (Side side in _pair.Sides)
        {
            (uint sent, uint received) = (side.Session!.Keys!.Sending.Generation, side.Other.Session!.Keys!.Receiving.Generation);
            Check(sent == received || sent == received + 1, $"a key is one generation ahead of its receiver at most: {sent}, {received}");
        }

        Check(_talks.TrueForAll(talk => talk.IsIntact), "what came is what was sent");
        Check(_datagrams.TrueForAll(talk => talk.IsIntact), "DATAGRAMs come once and whole");
    }

    private void Close()
    {
        // DATAGRAMs that wait for the window of a bad relay go on for a while.
        _pair.RunFor(3000);
        _pair.RunUntil(() => Checked(_pair.Sides.All(side => side.Session!.Paths.All.Where(path => path.IsUsable).Sum(path => path.Recovery.BytesInFlight) < 3000)), RecoveryMs);

        Side closer = _random.Next(2) == 0 ? _pair.Alice : _pair.Bob;
        closer.Endpoint.Close(_pair.Now, closer.Session!, SessionErrorCode.None, "done");

        // Three probe timeouts of the slowest path, which may have learned in the storm that a round trip takes ten seconds.
        _pair.RunFor(Math.Max(20_000, SessionClosing.DrainTime(closer.Session!.Paths).TotalMilliseconds));
        Check(closer.Endpoint.SessionCount == 0, "the closing side has forgotten the session");
        foreach (Wire wire in _pair.Wires)
        {
            (wire.Loss, wire.IsCut) = (0, false);
        }

        // If every CLOSE was lost, the next packet of the other side is answered with a reset.
        if (closer.Other.End is null)
        {
            closer.Other.Session!.Revive(_pair.Now);
        }

        _pair.RunFor(60_000);
        Check(closer.Other.Endpoint.SessionCount == 0, "the other side has forgotten the session");
        Check(closer.Other.End!.Cause is SessionEndCause.Peer or SessionEndCause.PeerRestarted, "the other side knows why");
    }

    private bool Checked(bool condition)
    {
        Checks++;
        return condition;
    }

    private void Check(bool condition, string what)
    {
        Checks++;
        if (!condition)
        {
            throw new AssertionException($"seed {_seed} at {_pair.Now}: {what}");
        }
    }
}
