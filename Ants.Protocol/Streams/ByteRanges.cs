namespace Ants.Protocol.Streams;

/// <summary>
/// A set of stream offsets, kept as ordered ranges that neither touch nor overlap; a range holds its start and not its
/// end. Nothing is allocated before the first range, and while the number of ranges stays below what it was once.
/// </summary>
/// <remarks>A field of its owner's, as small as a reference: not to be copied, since copies share their ranges.</remarks>
internal struct ByteRanges
{
    private List<(ulong Start, ulong End)>? _ranges;

    public readonly bool IsEmpty => Count == 0;

    public readonly int Count => _ranges?.Count ?? 0;

    /// <summary>The lowest range of a set that is not empty.</summary>
    public readonly (ulong Start, ulong End) First => _ranges![0];

    public void Add(ulong start, ulong end)
    {
        if (start >= end)
        {
            return;
        }

        _ranges ??= [];

        // All ranges that overlap or touch the new one become one with it.
        int first = FirstEndingAtOrAfter(start);
        int after = first;
        while (after < _ranges.Count && _ranges[after].Start <= end)
        {
            start = Math.Min(start, _ranges[after].Start);
            end = Math.Max(end, _ranges[after].End);
            after++;
        }

        if (after == first)
        {
            _ranges.Insert(first, (start, end));
            return;
        }

        _ranges[first] = (start, end);
        _ranges.RemoveRange(first + 1, after - first - 1);
    }

    /// <summary>Adds what of a range is not in <paramref name="excluded"/>.</summary>
    public void AddExcept(ulong start, ulong end, in ByteRanges excluded)
    {
        for (int i = excluded.FirstEndingAtOrAfter(start); excluded._ranges is { } others && i < others.Count && others[i].Start < end; i++)
        {
            Add(start, others[i].Start);
            start = Math.Max(start, others[i].End);
        }

        Add(start, end);
    }

    public void Remove(ulong start, ulong end)
    {
        if (start >= end || _ranges is null)
        {
            return;
        }

        int first = FirstEndingAtOrAfter(start);
        if (first < _ranges.Count && _ranges[first].End == start)
        {
            first++;
        }

        int after = first;
        (ulong Start, ulong End) left = (0, 0), right = (0, 0);
        for (; after < _ranges.Count && _ranges[after].Start < end; after++)
        {
            (ulong from, ulong to) = _ranges[after];
            left = from < start ? (from, start) : left;
            right = to > end ? (end, to) : right;
        }

        _ranges.RemoveRange(first, after - first);
        if (right.End > right.Start)
        {
            _ranges.Insert(first, right);
        }

        if (left.End > left.Start)
        {
            _ranges.Insert(first, left);
        }
    }

    /// <summary>Lets go of everything, memory included.</summary>
    public void Clear() => _ranges = null;

    private readonly int FirstEndingAtOrAfter(ulong offset)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranges![middle].End < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
