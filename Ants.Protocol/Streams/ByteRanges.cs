namespace Ants.Protocol.Streams;

/// <summary>
/// A set of stream offsets, kept as ordered ranges that neither touch nor overlap; a range holds its start and not its
/// end. Nothing is allocated while the number of ranges stays below what it was once.
/// </summary>
internal sealed class ByteRanges
{
    private readonly List<(ulong Start, ulong End)> _ranges = [];

    public bool IsEmpty => _ranges.Count == 0;

    public int Count => _ranges.Count;

    /// <summary>The lowest range of a set that is not empty.</summary>
    public (ulong Start, ulong End) First => _ranges[0];

    public void Add(ulong start, ulong end)
    {
        if (start >= end)
        {
            return;
        }

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
    public void AddExcept(ulong start, ulong end, ByteRanges excluded)
    {
        List<(ulong Start, ulong End)> others = excluded._ranges;
        for (int i = excluded.FirstEndingAtOrAfter(start); i < others.Count && others[i].Start < end; i++)
        {
            Add(start, others[i].Start);
            start = Math.Max(start, others[i].End);
        }

        Add(start, end);
    }

    public void Remove(ulong start, ulong end)
    {
        if (start >= end)
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
    public void Clear()
    {
        _ranges.Clear();
        _ranges.TrimExcess();
    }

    private int FirstEndingAtOrAfter(ulong offset)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ranges[middle].End < offset)
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
