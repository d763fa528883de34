namespace Ants.Protocol.Streams;

/// <summary>
/// Bytes of a stream that arrived before those in front of them, or before anybody wanted them. Offsets lie within
/// the stream's window, so there are at most window / 4 KiB + 2 blocks, each with an eighth of its size for the bit
/// map. No input makes an operation cost more than the bytes that it carries.
/// </summary>
internal sealed class ReassemblyBuffer(ulong start)
{
    // Null until something comes early: on most streams nothing ever does.
    private Dictionary<ulong, ReassemblyBlock>? _blocks;
    private ulong _firstBlock = start / ReassemblyBlock.Size;

    public bool IsEmpty => BlockCount == 0;

    public int BlockCount => _blocks?.Count ?? 0;

    /// <summary>Stores bytes; false when some are there already and differ.</summary>
    public bool TryStore(ulong offset, ReadOnlySpan<byte> bytes)
    {
        _blocks ??= [];
        while (!bytes.IsEmpty)
        {
            int at = Cut(offset, bytes, out ReadOnlySpan<byte> part);
            if (!_blocks.TryGetValue(offset / ReassemblyBlock.Size, out ReassemblyBlock block))
            {
                block = ReassemblyBlock.Rent();
                _blocks.Add(offset / ReassemblyBlock.Size, block);
            }

            if (!block.TryStore(at, part))
            {
                return false;
            }

            offset += (ulong)part.Length;
            bytes = bytes[part.Length..];
        }

        return true;
    }

    /// <summary>Whether what is held equals <paramref name="bytes"/> where both have something.</summary>
    public bool Agrees(ulong offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int at = Cut(offset, bytes, out ReadOnlySpan<byte> part);
            if (TryGet(offset, out ReassemblyBlock block) && !block.Agrees(at, part))
            {
                return false;
            }

            offset += (ulong)part.Length;
            bytes = bytes[part.Length..];
        }

        return true;
    }

    /// <summary>Bytes that are held from <paramref name="offset"/> on, as far as one block goes; empty when there are none.</summary>
    public ReadOnlySpan<byte> RunAt(ulong offset) =>
        TryGet(offset, out ReassemblyBlock block)
            ? block.RunAt((int)(offset % ReassemblyBlock.Size))
            : default;

    /// <summary>Lets go of the blocks that end at or below <paramref name="offset"/>.</summary>
    public void ReleaseBelow(ulong offset)
    {
        ulong keep = offset / ReassemblyBlock.Size;
        for (; _firstBlock < keep && !IsEmpty; _firstBlock++)
        {
            if (_blocks!.Remove(_firstBlock, out ReassemblyBlock block))
            {
                block.Return();
            }
        }

        _firstBlock = Math.Max(_firstBlock, keep);
    }

    public void Clear()
    {
        if (_blocks is null)
        {
            return;
        }

        foreach (ReassemblyBlock block in _blocks.Values)
        {
            block.Return();
        }

        _blocks.Clear();
    }

    private bool TryGet(ulong offset, out ReassemblyBlock block)
    {
        block = default;
        return _blocks is not null && _blocks.TryGetValue(offset / ReassemblyBlock.Size, out block);
    }

    /// <summary>The part of <paramref name="bytes"/> that lies in the block of <paramref name="offset"/>, and where in it.</summary>
    private static int Cut(ulong offset, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> part)
    {
        int at = (int)(offset % ReassemblyBlock.Size);
        part = bytes[..Math.Min(bytes.Length, ReassemblyBlock.Size - at)];
        return at;
    }
}
