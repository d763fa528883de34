using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// The keys that a peer's packets are opened with: the present generation, the one before for packets that are late, and the next,
/// derived ahead of need so that a phase bit costs nobody a derivation (RFC 9001 section 6.3). Only a packet that authenticates
/// under the next keys moves this end on; a flipped phase bit moves nothing.
/// </summary>
internal sealed class ReceivingKeys : IDisposable
{
    // RFC 9001 section 6.6: the integrity limit of ChaCha20-Poly1305, the lower one of the suites for packets of our size.
    // Counted over all generations, since a forger chooses the phase bit.
    private const ulong MaxForged = 1UL << 36;

    private readonly PacketKeyChain _chain;

    // The lowest number opened by the present key on each path, while the one before is kept.
    private Dictionary<uint, ulong>? _lowest;
    private PacketCipher? _previous;
    private PacketCipher _current;
    private PacketCipher _next;
    private Instant _previousUntil;
    private ulong _forged;
    private bool _isAcknowledged;

    public ReceivingKeys(PacketKeyChain chain)
    {
        _chain = chain;
        _current = chain.Next();
        _next = chain.Next();
    }

    /// <summary>How often the peer has changed its key.</summary>
    public uint Generation { get; private set; }

    public int TagSize => _current.TagSize;

    /// <summary>Whether so many forgeries have been tried that no more may be.</summary>
    public bool IsExhausted => _forged >= MaxForged;

    /// <summary>The peer changed its key again before we had acknowledged anything under the last one.</summary>
    public bool IsViolated { get; private set; }

    /// <summary>When <see cref="Forget"/> is to be called; null for never.</summary>
    public Instant? Deadline => _previous is null ? null : _previousUntil;

    /// <summary>Opens a packet; false when it is not authentic. <paramref name="generation"/> is that of its key.</summary>
    public bool TryOpen(Instant now, PathSet paths, uint pathId, ulong number, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body,
        Span<byte> opened, out uint generation)
    {
        Forget(now);
        generation = Generation;
        bool phase = PacketHeader.HasKeyPhase(header[0]);
        if (phase == ((Generation & 1) != 0))
        {
            return Opens(_current, pathId, number, header, body, opened) ? NoteCurrent(pathId, number) : Fail();
        }

        // RFC 9001 section 6.4: a number above one that the present key has opened cannot be of the key before.
        bool mayBeLate = _previous is not null && number < Lowest(pathId);
        if (mayBeLate && Opens(_previous!, pathId, number, header, body, opened))
        {
            generation--;
            return true;
        }

        if (!Opens(_next, pathId, number, header, body, opened))
        {
            return Fail();
        }

        // RFC 9001 section 6.5: three probe timeouts of the slowest path, in which late packets can still come.
        Advance(now + SessionClosing.DrainTime(paths));
        generation = Generation;
        return NoteCurrent(pathId, number);
    }

    /// <summary>We have sent an acknowledgement of a packet of <paramref name="generation"/>: from now on the peer may change its key.</summary>
    public void OnAcknowledged(uint generation) => _isAcknowledged |= generation == Generation;

    /// <summary>Lets the key before the present one go when its time is up.</summary>
    public void Forget(Instant now)
    {
        if (_previous is not null && now >= _previousUntil)
        {
            _previous.Dispose();
            _previous = null;
            _lowest = null;
        }
    }

    public void Dispose()
    {
        _chain.Dispose();
        _previous?.Dispose();
        _current.Dispose();
        _next.Dispose();
    }

    private static bool Opens(PacketCipher cipher, uint pathId, ulong number, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body,
        Span<byte> opened) => cipher.TryOpen(pathId, number, header, body, opened);

    private void Advance(Instant previousUntil)
    {
        IsViolated |= !_isAcknowledged;
        _previous?.Dispose();
        (_previous, _current, _next) = (_current, _next, _chain.Next());
        _previousUntil = previousUntil;
        _lowest = null;
        _isAcknowledged = false;
        Generation++;
    }

    private ulong Lowest(uint pathId) => _lowest is not null && _lowest.TryGetValue(pathId, out ulong lowest) ? lowest : ulong.MaxValue;

    private bool NoteCurrent(uint pathId, ulong number)
    {
        if (_previous is not null && number < Lowest(pathId))
        {
            (_lowest ??= [])[pathId] = number;
        }

        return true;
    }

    private bool Fail()
    {
        _forged++;
        return false;
    }
}
