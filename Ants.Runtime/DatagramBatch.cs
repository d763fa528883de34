using System.Net;

namespace Ants;

/// <summary>
/// The datagrams of one receive: a fixed number of slots of <see cref="SlotSize"/> bytes in one pinned block of memory,
/// reused for every receive of a socket. Not safe for use from two threads at once.
/// </summary>
public sealed class DatagramBatch
{
    /// <summary>
    /// Bytes in a slot. Larger than any datagram that ANTS sends (an Ethernet frame carries 1,472 bytes of UDP payload),
    /// so what fills a slot is not ours.
    /// </summary>
    public const int SlotSize = 2048;

    /// <summary>Slots in a batch unless told otherwise: 64 KiB, the most that one receive of UDP_GRO can hold.</summary>
    public const int DefaultCapacity = 32;

    // Pinned once, so that a system call takes an address in it without pinning per receive.
    private readonly byte[] _slab;
    private readonly int[] _lengths;
    private readonly IPEndPoint[] _sources;

    /// <summary>An empty batch with <paramref name="capacity"/> slots.</summary>
    public DatagramBatch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _slab = GC.AllocateUninitializedArray<byte>(checked(capacity * SlotSize), pinned: true);
        _lengths = new int[capacity];
        _sources = new IPEndPoint[capacity];
    }

    /// <summary>How many datagrams fit.</summary>
    public int Capacity => _lengths.Length;

    /// <summary>How many datagrams the batch holds.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of one datagram, valid until the batch is next cleared.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ThrowIfNotHeld(index);
            return _slab.AsSpan(index * SlotSize, _lengths[index]);
        }
    }

    /// <summary>Who sent one datagram, as the network says: anyone can write any address there.</summary>
    public IPEndPoint Source(int index)
    {
        ThrowIfNotHeld(index);
        return _sources[index];
    }

    /// <summary>Forgets all datagrams. Every receive starts with it.</summary>
    public void Clear() => Count = 0;

    /// <summary>
    /// Adds a copy of a datagram; for implementations of <see cref="IDatagramSocket"/>.
    /// </summary>
    /// <returns><see langword="false"/>, and nothing is added, when the batch is full or the datagram exceeds a slot.</returns>
    public bool Add(ReadOnlySpan<byte> datagram, IPEndPoint source)
    {
        if (Count == Capacity || datagram.Length > SlotSize)
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

        _lengths[Count] = length;
        _sources[Count] = source;
        Count++;
    }

    private void ThrowIfNotHeld(int index) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
}
