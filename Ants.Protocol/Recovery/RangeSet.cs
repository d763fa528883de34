namespace Ants.Protocol.Recovery;

/// <summary>
/// A set of numbers kept as disjoint ranges in ascending order, with at least one missing number between neighbours:
/// packet numbers received, stream bytes acknowledged, stream bytes to send again. <c>set[0]</c> is the lowest range and
/// <c>set[^1]</c> the highest.
/// </summary>
/// <remarks>
/// Adding at the top is constant time, since packets and bytes mostly come in order; elsewhere it is a binary search and
/// a move of the ranges above. When there would be more than <paramref name="limit"/> ranges the lowest is forgotten, so
/// a set whose owner cannot afford to forget must bound what it adds and pass no limit.
/// </remarks>
/// <param name="limit">The most ranges to keep.</param>
internal sealed class RangeSet(int limit = int.MaxValue)
{
    private NumberRange[] _ranges = [];

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>All ranges, ascending. Valid until the set changes.</summary>
    public ReadOnlySpan<NumberRange> Ranges => _ranges.AsSpan(0, Count);

    /// <summary>One range, counted from the lowest; <c>[^1]</c> is the highest.</summary>
    public NumberRange this[int index] => Ranges[index];

    public bool Contains(ulong value) => TryFind(value, out _);

    /// <summary>The range that holds <paramref name="value"/>.</summary>
    public bool TryFind(ulong value, out NumberRange range)
    {
        int index = IndexOfFirstEndingAt(value);
        bool found = index < Count && _ranges[index].First <= value;
        range = found ? _ranges[index] : default;
        return found;
    }

    /// <summary>
    /// Adds <paramref name="first"/> to <paramref name="last"/>, both included, merging what overlaps or adjoins. Returns
    /// how many numbers are new: zero when all were there, or when the range fell below the limit and was not kept.
    /// </summary>
    public ulong Add(ulong first, ulong last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);

        // The ranges from start up to end (excluded) overlap or adjoin the new one.
        int start = IndexOfFirstEndingAt(first == 0 ? 0 : first - 1);
        int end = start;
        ulong covered = 0;
        while (end < Count && (_ranges[end].First <= last || _ranges[end].First - last == 1))
        {
            covered += _ranges[end++].Length;
        }

        if (start == end)
        {
            Insert(start, new NumberRange(first, last));
            bool dropped = DropBeyondLimit();
            return dropped && start == 0 ? 0 : last - first + 1;
        }

        NumberRange merged = new(Math.Min(first, _ranges[start].First), Math.Max(last, _ranges[end - 1].Last));
        _ranges[start] = merged;
        RemoveAt(start + 1, end - start - 1);
        return merged.Length - covered;
    }

    /// <summary>Removes <paramref name="first"/> to <paramref name="last"/>, both included, as far as they are there.</summary>
    public void Remove(ulong first, ulong last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        int start = IndexOfFirstEndingAt(first);
        if (start == Count)
        {
            return;
        }

        NumberRange lowest = _ranges[start];
        if (lowest.First < first)
        {
            _ranges[start++] = lowest with { Last = first - 1 };
            if (lowest.Last > last)
            {
                Insert(start, new NumberRange(last + 1, lowest.Last));
                DropBeyondLimit();
                return;
            }
        }

        int end = start;
        while (end < Count && _ranges[end].Last <= last)
        {
            end++;
        }

        RemoveAt(start, end - start);
        if (start < Count && _ranges[start].First <= last)
        {
            _ranges[start] = _ranges[start] with { First = last + 1 };
        }
    }

    /// <summary>Removes every number below <paramref name="value"/>.</summary>
    public void RemoveBelow(ulong value)
    {
        if (value > 0)
        {
            Remove(0, value - 1);
        }
    }

    public void Clear() => Count = 0;

    /// <summary>The index of the lowest range whose last number is at least <paramref name="value"/>.</summary>
    private int IndexOfFirstEndingAt(ulong value)
    {
        if (Count == 0 || _ranges[Count - 1].Last < value)
        {
            return Count;
        }

        // In order, everything happens in or beside the highest range.
        if (Count == 1 || _ranges[Count - 2].Last < value)
        {
            return Count - 1;
        }

        int low = 0, high = Count - 2;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Last < value)
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

    private void Insert(int index, NumberRange range)
    {
        if (Count == _ranges.Length)
        {
            // Without losses there is one, for as long as a path lives.
            Array.Resize(ref _ranges, Math.Max(1, Count * 2));
        }

        _ranges.AsSpan(index, Count - index).CopyTo(_ranges.AsSpan(index + 1));
        _ranges[index] = range;
        Count++;
    }

    private void RemoveAt(int index, int count)
    {
        if (count > 0)
        {
            _ranges.AsSpan(index + count, Count - index - count).CopyTo(_ranges.AsSpan(index));
            Count -= count;
        }
    }

    private bool DropBeyondLimit()
    {
        bool over = Count > limit;
        if (over)
        {
            RemoveAt(0, 1);
        }

        return over;
    }
}
