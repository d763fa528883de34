namespace Ants.Testing.Clock;

/// <summary>
/// The future: a binary heap of events by time, and within one instant by the order in which they were set. An event
/// knows its place in the heap, so that a timer that is set again for every datagram moves instead of piling up.
/// </summary>
internal sealed class EventQueue
{
    private QueuedEvent[] _heap = new QueuedEvent[64];
    private long _order;

    /// <summary>Events that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The next event, or <see langword="null"/>.</summary>
    public QueuedEvent? Next => Count == 0 ? null : _heap[0];

    /// <summary>Puts an event at <paramref name="due"/>, or moves it there, behind those already set for that instant.</summary>
    public void Set(QueuedEvent item, long due)
    {
        item.Place(due, _order++);
        if (!item.IsQueued)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, Count * 2);
            }

            item.Index = Count++;
            _heap[item.Index] = item;
        }

        SiftDown(SiftUp(item.Index));
    }

    /// <summary>Takes an event out; false when it did not wait.</summary>
    public bool Remove(QueuedEvent item)
    {
        if (!item.IsQueued)
        {
            return false;
        }

        int hole = item.Index;
        QueuedEvent last = _heap[--Count];
        _heap[Count] = null!;
        item.Index = -1;
        if (last != item)
        {
            _heap[hole] = last;
            last.Index = hole;
            SiftDown(SiftUp(hole));
        }

        return true;
    }

    /// <summary>Forgets all events.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _heap[i].Index = -1;
        }

        Array.Clear(_heap);
        Count = 0;
    }

    private int SiftUp(int index)
    {
        QueuedEvent item = _heap[index];
        while (index > 0 && item.IsBefore(_heap[(index - 1) / 2]))
        {
            Move((index - 1) / 2, index);
            index = (index - 1) / 2;
        }

        _heap[index] = item;
        return item.Index = index;
    }

    private void SiftDown(int index)
    {
        QueuedEvent item = _heap[index];
        for (int child = (2 * index) + 1; child < Count; child = (2 * index) + 1)
        {
            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(item))
            {
                break;
            }

            Move(child, index);
            index = child;
        }

        _heap[index] = item;
        item.Index = index;
    }

    private void Move(int from, int to)
    {
        _heap[to] = _heap[from];
        _heap[to].Index = to;
    }
}
