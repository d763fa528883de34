using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// Bounds how many STUN requests are answered, per source and in all: a token bucket for each IPv4 address and each
/// IPv6 /64 (what one subscriber commonly holds), and one over everything, so that forged sources that are all different
/// gain nothing. Memory is fixed when it is made. Not thread-safe: one for each receiving loop.
/// </summary>
public sealed class StunRateLimiter
{
    // An agent asks once per family, and again with each change of network; a household or office behind one NAT may
    // be a few hundred agents that start at once after a power cut and retry for 39 s. 20 a second with a burst of 100
    // serves those and makes a reflector of 20 x 52 bytes a second.
    private const double SourcePerSecond = 20;
    private const double SourceBurst = 100;

    // About 4 Mbit/s of answers at worst: more than the agents of a large relay ask for, and less than would be worth
    // an attacker's trouble.
    private const double TotalPerSecond = 10_000;
    private const double TotalBurst = 10_000;

    // 4,096 sources of about 32 bytes each are 128 KB.
    private const int DefaultCapacity = 4096;

    // Slots that one source may occupy: enough that honest sources rarely displace each other at half load, few enough
    // to look through within two cache lines.
    private const int Ways = 8;

    private readonly Slot[] _slots;
    private readonly ulong _seed;
    private TokenBucket _total;

    /// <summary>Makes a limiter with no source known.</summary>
    /// <param name="seed">A secret random number: without it nobody can choose sources that displace a certain other.</param>
    /// <param name="now">The present moment, monotonic since any fixed start.</param>
    /// <param name="capacity">How many sources are remembered at most; rounded up to a multiple of 8.</param>
    public StunRateLimiter(ulong seed, TimeSpan now, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _seed = seed;
        _slots = new Slot[(capacity + Ways - 1) / Ways * Ways];
        _total = TokenBucket.Full(TotalBurst, now);
    }

    /// <summary>How many sources are remembered at most.</summary>
    public int Capacity => _slots.Length;

    /// <summary>Takes a token for one request. Ask before answering.</summary>
    /// <param name="source">The request's source address; an IPv4-mapped one counts as IPv4.</param>
    /// <param name="now">The present moment.</param>
    /// <returns>False if the request should be dropped.</returns>
    public bool TryTake(IPAddress source, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(source);

        // The source's own bucket first: what it refuses does not use up what all share.
        ref Slot slot = ref Find(PrefixOf(EndPoints.Unmap(source)), now);
        return slot.Bucket.TryTake(SourcePerSecond, SourceBurst, now)
            && _total.TryTake(TotalPerSecond, TotalBurst, now);
    }

    private ref Slot Find(ulong prefix, TimeSpan now)
    {
        int first = (int)(Mix(prefix ^ _seed) % (uint)(_slots.Length / Ways)) * Ways;
        int oldest = first;
        for (int i = first; i < first + Ways; i++)
        {
            ref Slot slot = ref _slots[i];
            if (slot.IsUsed && slot.Prefix == prefix)
            {
                return ref slot;
            }

            oldest = IsOlder(slot, _slots[oldest]) ? i : oldest;
        }

        _slots[oldest] = new Slot { IsUsed = true, Prefix = prefix, Bucket = TokenBucket.Full(SourceBurst, now) };
        return ref _slots[oldest];
    }

    private static bool IsOlder(in Slot left, in Slot right) =>
        left.IsUsed != right.IsUsed ? !left.IsUsed : left.Bucket.LastUse < right.Bucket.LastUse;

    private static ulong PrefixOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);

        // IPv4 under 0:1::/32, which is given to no host (RFC 4291 keeps 0000::/8 reserved).
        return address.AddressFamily == AddressFamily.InterNetwork
            ? (1UL << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    // The finalizer of SplitMix64: every bit of the input reaches every bit of the output.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private struct Slot
    {
        public ulong Prefix;
        public TokenBucket Bucket;
        public bool IsUsed;
    }
}
