using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// The receiving side of flow control, for one stream or for the session (RFC 9000 section 4). The peer may have sent
/// up to <see cref="Limit"/>; what has been received and not yet released is held in memory, so at most
/// <see cref="Size"/> bytes are.
/// </summary>
internal sealed class FlowWindow
{
    private readonly ulong _cap;
    private GrowingNumber _limit;
    private Instant? _epochStart;
    private ulong _releasedBeforeEpoch;

    public FlowWindow(ulong initial, ulong cap)
    {
        Size = initial;
        _cap = Math.Max(initial, cap);
        _limit = new GrowingNumber(initial);
    }

    /// <summary>Bytes that the peer may be ahead of what was released.</summary>
    public ulong Size { get; private set; }

    /// <summary>For a stream the highest offset that arrived; for the session the sum of these.</summary>
    public ulong Received { get; private set; }

    /// <summary>Bytes that are no longer held.</summary>
    public ulong Released { get; private set; }

    public ulong Limit => _limit.Value;

    /// <summary>The limit as the peer must hear it.</summary>
    public ref GrowingNumber Announcement => ref _limit;

    /// <summary>Whether the peer may be <paramref name="bytes"/> further on than it was.</summary>
    public bool Allows(ulong bytes) => bytes <= Limit - Received;

    /// <summary>Whether the peer may send half a window and more before it has to hear of another limit.</summary>
    public bool IsPeerAtEase => Limit - Received >= Size / 2;

    public void Receive(ulong bytes) => Received += bytes;

    /// <summary>Releases bytes that were dropped without having been read; they say nothing about the reader's pace.</summary>
    public void Release(ulong bytes)
    {
        Released += bytes;
        Offer();
    }

    /// <summary>
    /// Releases bytes that were read. The window doubles when the reader took bytes at a pace of at least a window in
    /// two round trips: then the window, not the reader or the network, may be what holds the peer back. So it comes to
    /// rest between two and four bandwidth-delay products, whatever those are.
    /// </summary>
    public void Release(ulong bytes, Instant now, TimeSpan rtt)
    {
        Released += bytes;
        ulong inEpoch = Released - _releasedBeforeEpoch;
        if (_epochStart is not { } start)
        {
            BeginEpoch(now);
        }
        else if (inEpoch >= Size / 2)
        {
            if ((double)(now - start).Ticks * Size < 2.0 * rtt.Ticks * inEpoch)
            {
                GrowTo(Size * 2);
            }

            BeginEpoch(now);
        }

        Offer();
    }

    /// <summary>Makes the window at least this large, within its cap.</summary>
    public void GrowTo(ulong size) => Size = Math.Max(Size, Math.Min(size, _cap));

    private void BeginEpoch(Instant now)
    {
        _epochStart = now;
        _releasedBeforeEpoch = Released;
    }

    /// <summary>
    /// Raises the limit once that gives the peer a quarter of the window more. When the limit was raised less often, at
    /// half the window, a peer that the window holds back could be slower than the pace that makes it grow, and it
    /// came to rest at four fifths of the link.
    /// </summary>
    private void Offer()
    {
        ulong limit = Math.Min(Released + Size, VarInt.MaxValue);
        if (limit - Limit >= Size / 4)
        {
            _limit.Raise(limit);
        }
    }
}
