using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol;

/// <summary>
/// A binary heap of deadlines that can be moved and taken out in place: it never holds more than one entry for each, however
/// often the deadline changes. Setting, moving and removing cost O(log n).
/// </summary>
internal sealed class DeadlineHeap<T>
    where T : Deadline
{
    private readonly List<T> _heap = [];
    private long _order;

    public int Count => _heap.Count;

    /// <summary>When the first is due; null for never.</summary>
    public Instant? NextTimeout => _heap.Count > 0 ? _heap[0].At : null;

    /// <summary>Adds <paramref name="deadline"/>, or moves it to another time. <see cref="Instant.Never"/> removes it.</summary>
    public void Set(T deadline, Instant at)
    {
        if (at == Instant.Never)
        {
            Remove(deadline);
            return;
        }

        deadline.At = at;
        deadline.Order = _order++;
        if (deadline.Place < 0)
        {
            deadline.Place = _heap.Count;
            _heap.Add(deadline);
        }

        Settle(deadline);
    }

    /// <summary>Takes <paramref name="deadline"/> out, if it is in.</summary>
    public void Remove(T deadline)
    {
        int place = deadline.Place;
        if (place < 0)
        {
            return;
        }

        (deadline.Place, deadline.At) = (-1, Instant.Never);
        T last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last != deadline)
        {
            Put(last, place);
            Settle(last);
        }
    }

    /// <summary>Takes out the first that is due by <paramref name="now"/>; false when none is.</summary>
    public bool TryTake(Instant now, [NotNullWhen(true)] out T? due)
    {
        due = _heap.Count > 0 && _heap[0].At <= now ? _heap[0] : null;
        if (due is null)
        {
            return false;
        }

        Remove(due);
        return true;
    }

    private static bool Precedes(T left, T right) => left.At != right.At ? left.At < right.At : left.Order < right.Order;

    private void Settle(T deadline)
    {
        Rise(deadline);
        Sink(deadline);
    }

    private void Rise(T deadline)
    {
        int place = deadline.Place;
        while (place > 0 && Precedes(deadline, _heap[(place - 1) / 2]))
        {
            Put(_heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }

        Put(deadline, place);
    }

    private void Sink(T deadline)
    {
        int place = deadline.Place;
        for (int child = (2 * place) + 1; child < _heap.Count; child = (2 * place) + 1)
        {
            child += child + 1 < _heap.Count && Precedes(_heap[child + 1], _heap[child]) ? 1 : 0;
            if (!Precedes(_heap[child], deadline))
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(deadline, place);
    }

    private void Put(T deadline, int place)
    {
        _heap[place] = deadline;
        deadline.Place = place;
    }
}
