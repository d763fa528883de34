using System.Net;

namespace Ants;

/// <summary>
/// The datagrams of one receive, in one pinned block of memory that is reused for every receive of a socket. It is filled slot by
/// slot (<see cref="FreeSlot"/>, <see cref="Commit(int, IPEndPoint)"/>), or by a system call that writes many datagrams
/// anywhere in it (<see cref="Buffer"/>, <see cref="Commit(int, int, int, IPEndPoint)"/>). Not safe for use from two threads at
/// once.
/// </summary>
public sealed class DatagramBatch
{
    /// <summary>
    /// Bytes in a slot. Larger than any datagram that ANTS sends (a jumbo frame of 9,000 bytes carries 8,972 of UDP payload),
    /// so what fills a slot is not ours.
    /// </summary>
    public const int SlotSize = 9216;

    /// <summary>Slots in a batch unless told otherwise: as many datagrams as one call of a driver takes at once.</summary>
    public const int DefaultCapacity = 32;

    // Pinned once, so that a system call takes an address in it without pinning per receive.
    private readonly byte[] _slab;
    private readonly Entry[] _entries;

    /// <summary>An empty batch with <paramref name="capacity"/> slots.</summary>
    public DatagramBatch(int capacity = DefaultCapacity)
        : this(capacity, checked(capacity * SlotSize))
    {
    }

    /// <summary>An empty batch for <paramref name="capacity"/> datagrams in a block of <paramref name="bufferSize"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is not positive.</exception>
    public DatagramBatch(int capacity, int bufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferSize);
        _slab = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
        _entries = new Entry[capacity];
    }

    /// <summary>How many datagrams fit.</summary>
    public int Capacity => _entries.Length;

    /// <summary>The whole block, pinned: for implementations that have the system write many datagrams into it.</summary>
    public Memory<byte> Buffer => _slab;

    /// <summary>How many datagrams the batch holds.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of one datagram, valid until the batch is next cleared.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ThrowIfNotHeld(index);
            return _slab.AsSpan(_entries[index].Offset, _entries[index].Length);
        }
    }

    /// <summary>Who sent one datagram, as the network says: anyone can write any address there.</summary>
    public IPEndPoint Source(int index)
    {
        ThrowIfNotHeld(index);
        return _entries[index].Source;
    }

    /// <summary>Forgets all datagrams. Every receive starts with it.</summary>
    public void Clear() => Count = 0;

    /// <summary>
    /// Adds a copy of a datagram; for implementations of <see cref="IDatagramSocket"/>.
    /// </summary>
    /// <returns><see langword="false"/>, and nothing is added, when the batch is full or the datagram exceeds a slot.</returns>
    public bool Add(ReadOnlySpan<byte> datagram, IPEndPoint source)
    {
        if (Count == Capacity || datagram.Length > SlotSize || ((Count + 1) * SlotSize) > _slab.Length)
        {
            return false;
        }

        datagram.CopyTo(_slab.AsSpan(Count * SlotSize, SlotSize));
        Commit(datagram.Length, source);
        return true;
    }

    /// <summary>
    /// The next free slot, for implementations that receive straight into it and then call <see cref="Commit"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public Memory<byte> FreeSlot()
    {
        if (Count == Capacity)
        {
            throw new InvalidOperationException("The batch is full.");
        }

        return _slab.AsMemory(Count * SlotSize, SlotSize);
    }

    /// <summary>Makes the free slot's first <paramref name="length"/> bytes a datagram of the batch.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public void Commit(int length, IPEndPoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SlotSize);
        if (Count == Capacity)
        {
            throw new InvalidOperationException("The batch is full.");
        }

        _entries[Count] = new Entry(Count * SlotSize, length, source);
        Count++;
    }

    /// <summary>
    /// Makes <paramref name="length"/> bytes of <see cref="Buffer"/> from <paramref name="offset"/> on into datagrams of
    /// <paramref name="segmentSize"/> bytes, of which the last may be shorter: the shape of Linux's UDP_GRO. No bytes are one empty
    /// datagram.
    /// </summary>
    /// <returns>How many of the datagrams did not fit the batch, or were longer than a slot; those are not added.</returns>
    public int Commit(int offset, int length, int segmentSize, IPEndPoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _slab.Length - offset, nameof(length));
        int refused = 0;
        int left = length;
        do
        {
            int size = Math.Min(left, segmentSize);
            if (Count < Capacity && size <= SlotSize)
            {
                _entries[Count++] = new Entry(offset + length - left, size, source);
            }
            else
            {
                refused++;
            }

            left -= size;
        }
        while (left > 0);
        return refused;
    }

    private void ThrowIfNotHeld(int index) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));

    private readonly record struct Entry(int Offset, int Length, IPEndPoint Source);
}
