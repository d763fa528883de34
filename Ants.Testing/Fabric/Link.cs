using Ants.Protocol;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>One direction of one link: when it is free again, and what arrives last so far.</summary>
internal sealed class Link
{
    private long _freeAt;
    private long _lastArrival;

    // Bits that did not fill a tick of serialization, so that the rate is exact over many packets.
    private long _remainder;

    /// <summary>When a packet of this size that starts now arrives, or why it does not.</summary>
    public DropReason TryCarry(LinkConditions conditions, Instant now, int size, Prng random, out Instant arrival)
    {
        arrival = now;
        if (size > conditions.Mtu)
        {
            return DropReason.TooBig;
        }

        long departure = now.Ticks;
        if (conditions.Bandwidth > 0 && !TrySerialize(conditions, size, ref departure))
        {
            return DropReason.QueueFull;
        }

        // What is lost has taken its share of the link all the same, as on a radio link.
        if (random.Chance(conditions.Loss))
        {
            return DropReason.Loss;
        }

        long due = departure + conditions.Delay.Ticks;
        if (conditions.Jitter > TimeSpan.Zero)
        {
            due += random.Below(conditions.Jitter.Ticks + 1);
        }

        due = Math.Max(due, _lastArrival);
        if (random.Chance(conditions.Reordering))
        {
            due += random.Below(conditions.ReorderingDelay.Ticks + 1);
        }
        else
        {
            _lastArrival = due;
        }

        arrival = new Instant(due);
        return DropReason.None;
    }

    private bool TrySerialize(LinkConditions conditions, int size, ref long departure)
    {
        long start = Math.Max(departure, _freeAt);
        UInt128 backlogBits = (UInt128)(start - departure) * (ulong)conditions.Bandwidth / TimeSpan.TicksPerSecond;
        if (backlogBits > 0 && (backlogBits / 8) + (ulong)size > (ulong)conditions.QueueLimit)
        {
            return false;
        }

        long work = (size * 8L * TimeSpan.TicksPerSecond) + _remainder;
        _remainder = work % conditions.Bandwidth;
        _freeAt = start + (work / conditions.Bandwidth);
        departure = _freeAt;
        return true;
    }
}
