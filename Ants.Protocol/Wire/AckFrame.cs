namespace Ants.Protocol.Wire;

/// <summary>
/// Acknowledges packets of one path. It may travel on any path.
/// <code>
/// ACK (0x02) | path id | largest | delay in us | range count | first range | { gap | range } ...
/// </code>
/// All fields are variable-length integers. As RFC 9000 section 19.3: the first range holds the largest and as many
/// numbers below it as it says; each gap is one less than the unacknowledged numbers between two ranges.
/// </summary>
internal readonly ref struct AckFrame
{
    /// <summary>More ranges than this are an encoding error: a sender never has a reason to tell of so many holes.</summary>
    public const int MaxRanges = 64;

    private readonly ReadOnlySpan<byte> _ranges;
    private readonly int _additionalRanges;
    private readonly ulong _firstRange;

    private AckFrame(uint pathId, ulong largest, TimeSpan delay, int additionalRanges, ulong firstRange, ReadOnlySpan<byte> ranges)
    {
        PathId = pathId;
        Largest = largest;
        Delay = delay;
        _additionalRanges = additionalRanges;
        _firstRange = firstRange;
        _ranges = ranges;
    }

    public uint PathId { get; }

    public ulong Largest { get; }

    public TimeSpan Delay { get; }

    /// <summary>Walks the acknowledged ranges from the highest down, as (first, last) inclusive.</summary>
    public Enumerator GetEnumerator() => new(this);

    public static bool TryRead(ref WireReader reader, out AckFrame frame)
    {
        frame = default;
        if (!reader.TryReadVarInt(uint.MaxValue, out ulong path)
            || !reader.TryReadVarInt(out ulong largest)
            || !reader.TryReadVarInt(out ulong delay)
            || !reader.TryReadVarInt(MaxRanges - 1, out ulong count)
            || !reader.TryReadVarInt(largest, out ulong first))
        {
            return false;
        }

        // Walk the ranges once now, so that the enumerator has nothing left to refuse.
        WireReader rest = reader;
        ReadOnlySpan<byte> ranges = rest.ReadRest();
        int before = reader.Remaining;
        ulong smallest = largest - first;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryReadVarInt(out ulong gap) || !reader.TryReadVarInt(out ulong length)
                || gap + length + 2 > smallest)
            {
                return false;
            }

            smallest -= gap + length + 2;
        }

        // The delay is bounded so that no arithmetic on it can overflow; nobody waits for over a minute.
        TimeSpan ackDelay = TimeSpan.FromMicroseconds(Math.Min(delay, 60_000_000));
        frame = new AckFrame((uint)path, largest, ackDelay, (int)count, first, ranges[..(before - reader.Remaining)]);
        return true;
    }

    /// <summary>The most bytes that a frame with <paramref name="ranges"/> ranges takes.</summary>
    public static int MaxLength(int ranges) => 1 + 8 + 8 + 8 + 2 + 8 + ((ranges - 1) * 16);

    /// <summary>Walks the ranges of a frame that was read without error.</summary>
    public ref struct Enumerator
    {
        private WireReader _reader;
        private int _left;
        private bool _started;

        internal Enumerator(AckFrame frame)
        {
            _reader = new WireReader(frame._ranges);
            _left = frame._additionalRanges;
            Current = (frame.Largest - frame._firstRange, frame.Largest);
        }

        public (ulong First, ulong Last) Current { get; private set; }

        public bool MoveNext()
        {
            if (!_started)
            {
                _started = true;
                return true;
            }

            if (_left == 0)
            {
                return false;
            }

            _left--;
            _reader.TryReadVarInt(out ulong gap);
            _reader.TryReadVarInt(out ulong length);
            ulong last = Current.First - gap - 2;
            Current = (last - length, last);
            return true;
        }
    }
}
