using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>Chooses external ports for a NAT's mappings.</summary>
internal sealed class NatPorts
{
    // RFC 4787 section 4.2.2: a well-known port is not given to what did not have one.
    private const int First = 1024;
    private const int Last = 65535;
    private const int Range = Last - First + 1;

    private readonly NatPortAllocation _allocation;
    private readonly Prng _random;
    private int _next;

    /// <summary>A chooser that starts anywhere.</summary>
    public NatPorts(NatPortAllocation allocation, Prng random)
    {
        _allocation = allocation;
        _random = random;
        _next = AnyPort();
    }

    /// <summary>A port that is free for a mapping of <paramref name="insidePort"/>, or zero when all are taken.</summary>
    public int Choose(int insidePort, Func<int, bool> isFree)
    {
        int wanted = _allocation switch
        {
            NatPortAllocation.Preserving => insidePort,
            NatPortAllocation.Sequential => _next,
            _ => AnyPort(),
        };
        for (int tries = 0; tries <= Range; tries++)
        {
            if (wanted > 0 && isFree(wanted))
            {
                _next = Following(wanted);
                return wanted;
            }

            wanted = Following(wanted);
        }

        return 0;
    }

    private static int Following(int port) => port is >= First and < Last ? port + 1 : First;

    private int AnyPort() => First + (int)_random.Below(Range);
}
