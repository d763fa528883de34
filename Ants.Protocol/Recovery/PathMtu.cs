namespace Ants.Protocol.Recovery;

/// <summary>
/// The packet size of one path, found by datagram packetization layer path MTU discovery (RFC 8899): packets of larger sizes are tried,
/// and only their acknowledgement is believed, never what an ICMP message says. A path that stops carrying what it carried goes
/// back to the size that every path carries.
/// </summary>
internal sealed class PathMtu
{
    // RFC 8899 section 5.1.2: MAX_PROBES. A single loss is often congestion.
    private const int MaxTries = 3;

    // Section 4.3: a black hole takes every large packet. A full queue takes a thousand in a row too, but lets some through before the next
    // loss is found; three losses, found one after the other with no large packet acknowledged between, are no congestion.
    private const int BlackHoleLosses = 3;

    /// <summary>Section 5.1.1: PMTU_RAISE_TIMER. A path that did not carry a size may carry it later.</summary>
    private static readonly TimeSpan s_raiseAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// UDP payloads that links leave: IPv6's least MTU of 1,280; tunnels (WireGuard 1,420, others down to 1,400) under both families;
    /// PPPoE's 1,492; Ethernet's 1,500; 4 KiB and the 9,000 of jumbo frames, under IPv6 and IPv4. And what a relay session over a WebSocket
    /// leaves of its packets, 8,889, rounded down.
    /// </summary>
    private static readonly int[] s_sizes = [1232, 1252, 1352, 1372, 1392, 1432, 1444, 1452, 1464, Ethernet, 4048, 8880, 8952, PathMtu.Largest];

    private readonly bool _isCertain;

    // What the carrier takes, or promises to try.
    private int _limit;

    // Of s_sizes, the first that is not known to pass, and the first that is known not to.
    private int _unknown, _refused;
    private int _tries;
    private int _losses;
    private Instant? _lastLossAt;
    private int _probe;
    private Instant? _searchAgainAt;
    private bool _isAsked;

    /// <param name="size">What every path of the kind carries, in bytes.</param>
    /// <param name="limit">The largest size that is worth a try, in bytes: the same when nothing else is to be tried.</param>
    /// <param name="isCertain">Whether the carrier takes that for certain: nothing is to be found out, and losses have other reasons.</param>
    public PathMtu(int size, int limit = Largest, bool isCertain = false)
    {
        Base = size;
        Current = isCertain ? limit : size;
        _isCertain = isCertain;
        _limit = limit;
        Begin();
    }

    // What Ethernet's 1,500 leave under IPv4: most paths carry it, and few more.
    private const int Ethernet = 1472;

    /// <summary>The largest size that is tried: what an IPv4 packet of 9,000 bytes holds.</summary>
    public const int Largest = 8972;

    /// <summary>The largest packet to send now, in bytes.</summary>
    public int Current { get; private set; }

    /// <summary>The size that a path must carry to be one at all.</summary>
    public int Base { get; }

    /// <summary>Whether somebody wants to know what the path carries, and it is not found out yet: the search goes on without data to send.</summary>
    public bool IsAsked => _isAsked && _unknown < _refused;

    /// <summary>Has the path's packet size searched for now, once, even if nothing is to be sent.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>
    /// The carrier says what it takes now, in bytes. Less than packets have: they are made smaller at once. More: larger ones are tried.
    /// </summary>
    public void Allow(int limit)
    {
        limit = Math.Clamp(limit, Base, Largest);
        if (limit != _limit)
        {
            _limit = limit;
            Current = Math.Min(Current, limit);
            _probe = _losses = 0;
            Begin();
        }
    }

    /// <summary>
    /// The size to try next; false when there is none, or one is on its way. To be called when there is data to send: packets that
    /// follow the probe show whether it was lost.
    /// </summary>
    public bool TryGetProbe(Instant now, out int size)
    {
        if (_searchAgainAt <= now)
        {
            Begin();
        }

        bool searching = _probe == 0 && _unknown < _refused;
        size = searching ? s_sizes[Next] : 0;
        return searching;
    }

    public void OnProbeSent(int size) => _probe = size;

    /// <summary>A packet was acknowledged.</summary>
    public void OnAcked(Instant now, SentPacket packet)
    {
        if (packet.Size > Base)
        {
            _losses = 0;
        }

        if (packet.IsMtuProbe && packet.Size == _probe)
        {
            Current = packet.Size;
            _unknown = Array.IndexOf(s_sizes, packet.Size) + 1;
            EndTry(now);
        }
    }

    /// <summary>A packet was held lost.</summary>
    public void OnLost(Instant now, SentPacket packet)
    {
        if (packet.IsMtuProbe)
        {
            OnProbeLost(now, packet);
        }
        else if (!_isCertain && packet.Size > Base && Current > Base && _lastLossAt != now)
        {
            _lastLossAt = now;
            if (++_losses >= BlackHoleLosses)
            {
                Reset();
                _refused = 0;
                _searchAgainAt = now + s_raiseAfter;
            }
        }
    }

    /// <summary>The path leads elsewhere now, of which nothing is known.</summary>
    public void Reset()
    {
        Current = _isCertain ? _limit : Base;
        _probe = _losses = 0;
        Begin();
    }

    private int Next => _unknown == 0 && _refused == Allowed && _limit >= Ethernet ? Array.IndexOf(s_sizes, Ethernet) : (_unknown + _refused) / 2;

    private int Allowed => Array.FindIndex(s_sizes, size => size > _limit) is var first and >= 0 ? first : s_sizes.Length;

    private void Begin()
    {
        _unknown = Array.FindIndex(s_sizes, size => size > Current) is var first and >= 0 ? first : s_sizes.Length;
        _refused = Allowed;
        _tries = 0;
        _searchAgainAt = null;
    }

    private void OnProbeLost(Instant now, SentPacket packet)
    {
        if (packet.Size != _probe)
        {
            return;
        }

        if (++_tries < MaxTries)
        {
            _probe = 0;
            return;
        }

        _refused = Math.Min(_refused, Array.IndexOf(s_sizes, packet.Size));
        EndTry(now);
    }

    private void EndTry(Instant now)
    {
        _probe = _tries = 0;
        _isAsked &= _unknown < _refused;
        if (_unknown >= _refused && Current != Largest)
        {
            _searchAgainAt = now + s_raiseAfter;
        }
    }
}
