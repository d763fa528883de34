using System.Buffers.Binary;
using System.Net.Sockets;
using Ants.Crypto;
using Ants.Protocol.Endpoints;

namespace Ants.Protocol.Handshake;

/// <summary>
/// Decides whose message 1 is read. Reading one and answering it takes 1 to 2 ms of curves and KEM; holding a half of one takes memory.
/// Each costs a token. Whoever has not shown that it receives at its address shares a small bucket with all the others; when
/// that is empty it is told to come again with a cookie. Proven sources have a larger bucket, and each of them a share of it.
/// Under a flood from forged addresses the honest get through by the cookie, one round trip later.
/// </summary>
internal sealed class HandshakeBudget(EntropySource entropy)
{
    // Enough that nobody meets a cookie but in a flood, or when a relay's agents all return at once.
    private const double UnprovenPerSecond = 50, UnprovenBurst = 250;

    // With the unproven ones 250 readings a second: less than half of a core, so that sessions that stand go on.
    private const double ProvenPerSecond = 200, ProvenBurst = 250;

    // What one address, or one relay, may take of it: a quarter, so that the agents of an office behind one NAT come back within seconds,
    // and a single machine that does nothing but call leaves most of it to others.
    private const double SourcePerSecond = 50, SourceBurst = 100;

    // Some 100 KB. Proven sources are real: an attacker needs that many to push others out, and gains a fresh burst by it.
    private const int MaxSources = 1024;

    private readonly Cookies _cookies = new(entropy);
    private readonly TokenBucket _unproven = new(UnprovenPerSecond, UnprovenBurst);
    private readonly TokenBucket _proven = new(ProvenPerSecond, ProvenBurst);
    private readonly Dictionary<UInt128, TokenBucket> _sources = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>
    /// Takes a token for one message 1 from <paramref name="from"/>. When false, <paramref name="wantsCookie"/> tells whether the
    /// sender would get further with one.
    /// </summary>
    public bool TryTake(Instant now, CarrierAddress from, ReadOnlySpan<byte> cookie, out bool wantsCookie)
    {
        // Only UDP sources can be forged. What comes through a relay is named by it: if it lies it is itself the attacker, so all of
        // one relay has the share of one source.
        bool proven = from.Kind != CarrierKind.Udp || _cookies.IsValid(now, from, cookie);
        wantsCookie = !proven;
        return proven ? SourceOf(from).TryTake(now) && _proven.TryTake(now) : _unproven.TryTake(now);
    }

    /// <summary>Writes the cookie that proves <paramref name="address"/>.</summary>
    public void WriteCookie(Instant now, CarrierAddress address, Span<byte> cookie) => _cookies.Write(now, address, cookie);

    private TokenBucket SourceOf(CarrierAddress from)
    {
        UInt128 key = KeyOf(from);
        if (_sources.TryGetValue(key, out TokenBucket? known))
        {
            return known;
        }

        if (_order.Count >= MaxSources)
        {
            _sources.Remove(_order.Dequeue());
        }

        _order.Enqueue(key);
        return _sources[key] = new TokenBucket(SourcePerSecond, SourceBurst);
    }

    /// <summary>An IPv4 address, an IPv6 /64 (what one subscriber commonly holds), or a relay link.</summary>
    private static UInt128 KeyOf(CarrierAddress from)
    {
        if (from.EndPoint is not { } endPoint)
        {
            return ((UInt128)(byte)from.Kind << 96) | (uint)from.Link;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        endPoint.Address.TryWriteBytes(bytes, out _);
        return endPoint.AddressFamily == AddressFamily.InterNetwork
            ? ((UInt128)1 << 127) | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
