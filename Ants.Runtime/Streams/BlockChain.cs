using System.Buffers;

namespace Ants.Streams;

/// <summary>
/// The bytes of one direction of a stream that are held: who writes fills blocks and shows what is in them, who reads lets go of
/// what is done with. An empty chain holds no block.
/// </summary>
/// <remarks>
/// Whoever holds it has a lock, in which all is called but for what says otherwise: those are the writer's alone, between
/// <see cref="BeginWriting"/> and <see cref="Show"/>.
/// </remarks>
internal struct BlockChain
{
    // From the first block that holds something to the last that shows something; the writer may be further.
    private Block? _head, _tail, _open;
    private int _filled;

    /// <summary>The offset in the stream of the first byte that is held.</summary>
    public long Start { get; private set; }

    /// <summary>The offset in the stream behind the last byte that is shown.</summary>
    public long End { get; private set; }

    /// <summary>Whether memory is in the writer's hands. May be asked by the writer without the lock.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Bytes that were written and not shown yet. May be asked by the writer without the lock.</summary>
    public readonly long Unshown => IsWriting && _open is not null ? _open.Start + _filled - End : 0;

    /// <summary>All that is shown and held.</summary>
    public readonly ReadOnlySequence<byte> Shown =>
        Start == End ? default : new ReadOnlySequence<byte>(_head!, (int)(Start - _head!.Start), _tail!, (int)(End - _tail!.Start));

    /// <summary>Before the first memory is taken after all was shown.</summary>
    public void BeginWriting() => IsWriting = true;

    /// <summary>Memory for at least <paramref name="size"/> bytes, and for one. Without the lock.</summary>
    public Memory<byte> Room(int size)
    {
        if (_open is null || _open.Size - _filled < Math.Max(size, 1))
        {
            Block next = BlockPool.Instance.Rent(size);
            if (_open is null)
            {
                next.Begin(End);
                _head = next;
            }
            else
            {
                _open.Link(next, _filled);
            }

            (_open, _filled) = (next, 0);
        }

        return _open.Room(_filled);
    }

    /// <summary>Notes that <paramref name="count"/> bytes of the memory were filled. Without the lock.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than there was room for.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(IsWriting && _open is not null ? _open.Size - _filled : 0), nameof(count));
        _filled += count;
    }

    /// <summary>Shows all that was written. Memory is the writer's no more.</summary>
    public void Show()
    {
        if (IsWriting && _open is not null)
        {
            _tail = _open;
            End = _open.Start + _filled;
        }

        Abandon();
    }

    /// <summary>Memory is the writer's no more, and what was written and not shown never will be.</summary>
    public void Abandon()
    {
        IsWriting = false;
        Trim();
    }

    /// <summary>Lets go of what is before <paramref name="offset"/>.</summary>
    public void Release(long offset)
    {
        Start = offset;
        Trim();
    }

    private void Trim()
    {
        while (_tail is not null && _head != _tail && _head!.End <= Start)
        {
            _head = Return(_head);
        }

        if (Start == End && !IsWriting)
        {
            while (_head is not null)
            {
                _head = Return(_head);
            }

            (_tail, _open) = (null, null);
        }
    }

    private static Block? Return(Block block)
    {
        Block? following = block.Following;
        block.Return();
        return following;
    }
}
