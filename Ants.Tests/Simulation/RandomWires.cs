using Ants.Protocol;

namespace Ants.Tests.Simulation;

/// <summary>The wires of a <see cref="RandomWorld"/>: one or two relays, up to three direct ones, all more or less bad and getting worse.</summary>
internal sealed class RandomWires
{
    // What direct wires carry, at least what every path does: IPv6's least, PPPoE, Ethernet, 4 KiB and jumbo frames; UDP payloads over IPv4.
    private static readonly int[] s_sizes = [1252, 1464, 1472, 1472, 4048, 8972];

    private readonly EndpointPair _pair;
    private readonly Random _random;

    public RandomWires(EndpointPair pair, Random random)
    {
        (_pair, _random) = (pair, random);
        for (int i = 0; i < 1 + _random.Next(2); i++)
        {
            Relays.Add(Spoil(_pair.AddRelayed(1 + (_random.NextDouble() * 60), link: i + 1)));
        }

        for (int i = 0; i < 1 + _random.Next(3); i++)
        {
            Directs.Add(Spoil(_pair.AddDirect(0.2 + (_random.NextDouble() * 30), port: 100 + i)));
        }
    }

    public List<Wire> Relays { get; } = [];

    public List<Wire> Directs { get; } = [];

    /// <summary>How often a wire carried another size than before.</summary>
    public int SizeChanges { get; private set; }

    public Wire AnyDirect() => Directs[_random.Next(Directs.Count)];

    /// <summary>Something happens to a wire.</summary>
    public void Strike()
    {
        Wire wire = AnyDirect(), relay = Relays[_random.Next(Relays.Count)];
        switch (_random.Next(7))
        {
            case 0:
                wire.IsCut = !wire.IsCut;
                break;
            case 1:
                wire.IsCutFromAlice = !wire.IsCutFromAlice;
                break;
            case 2:
                // A NAT gives Alice another port, or another address; or Bob's does.
                wire.AliceFromBob = EndpointPair.Udp($"203.0.113.{1 + (2 * _random.Next(2))}", 1000 + _random.Next(60_000));
                break;
            case 3:
                wire.BobFromAlice = EndpointPair.Udp("203.0.113.2", 1000 + _random.Next(60_000));
                break;
            case 4:
                relay.IsCut = !relay.IsCut;
                break;
            case 5:
                wire.MaxDatagram = s_sizes[_random.Next(s_sizes.Length)];
                SizeChanges++;
                break;
            default:
                // Another route: shorter or longer, so that packets overtake each other, and wider or narrower.
                wire.Delay *= 0.3 + (_random.NextDouble() * 2);
                wire.Rate = Rate();
                break;
        }
    }

    /// <summary>The storm is over: relays are up. Direct wires stay as they are.</summary>
    public void Calm() => Relays.ForEach(wire => wire.IsCut = false);

    private Wire Spoil(Wire wire)
    {
        wire.Loss = _random.Next(3) == 0 ? _random.NextDouble() * 0.15 : 0;
        wire.Duplication = _random.Next(3) == 0 ? _random.NextDouble() * 0.2 : 0;
        wire.Corruption = _random.Next(3) == 0 ? _random.NextDouble() * 0.1 : 0;
        wire.Jitter = _random.Next(2) == 0 ? wire.Delay * _random.NextDouble() * 2 : TimeSpan.Zero;
        wire.MaxDatagram = s_sizes[_random.Next(s_sizes.Length)];
        wire.Rate = Rate();
        wire.QueueBytes = 15_000 + _random.Next(200_000);
        return wire;
    }

    /// <summary>Half of the wires have no limit, the others between 1 and 100 Mbit/s.</summary>
    private double Rate() => _random.Next(2) == 0 ? 0 : 1e6 * Math.Pow(100, _random.NextDouble());
}
