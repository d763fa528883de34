namespace Ants.Crypto;

/// <summary>
/// Remembers which packet numbers of one path have come, as RFC 6479 does it: a ring of blocks of bits, where moving
/// forward clears whole blocks and shifts nothing. A new window has seen nothing. Not safe for concurrent use: it belongs
/// to the driver of its path.
/// <code>
///   numbers   ... | block k-63 | ... | block k-1 | block k |        k = highest / 64
///                 +------------ 4,096 bits -------------+        older: refused; newer: fresh
/// </code>
/// </summary>
public sealed class ReplayWindow
{
    // 64 blocks: 512 bytes for each path that is in use. At 1 Gbit/s of 1,428-byte packets (87,500 a second) it spans 46 ms, well over
    // what batched receiving and parallel links reorder; a packet that is later than that has been sent again anyway.
    private const int BlockCount = 64;
    private const int BlockBits = 64;

    // The ring begins small and grows before it comes round for the first time, so that growing moves nothing: many paths never see
    // more than a few packets.
    private const int FirstBlockCount = 1;

    private ulong[] _blocks = new ulong[FirstBlockCount];

    // The highest number marked; meaningful once something is.
    private ulong _highest;
    private bool _any;

    /// <summary>How far behind the highest number a number is always still remembered.</summary>
    public static int Reach => (BlockCount - 1) * BlockBits;

    /// <summary>Whether a number has neither been marked nor fallen behind. Ask before opening a packet.</summary>
    public bool IsFresh(ulong packetNumber)
    {
        if (!_any || packetNumber > _highest)
        {
            return true;
        }

        return (_highest / BlockBits) - (packetNumber / BlockBits) < BlockCount
            && (_blocks[Place(packetNumber / BlockBits)] & Bit(packetNumber)) == 0;
    }

    /// <summary>Marks the number of a packet that authenticated; false when it was not fresh, so that one of two copies is taken.</summary>
    public bool TryMark(ulong packetNumber)
    {
        if (!IsFresh(packetNumber))
        {
            return false;
        }

        if (!_any || packetNumber > _highest)
        {
            Grow(packetNumber / BlockBits);
            ulong newBlocks = (packetNumber / BlockBits) - (_highest / BlockBits);
            for (ulong i = 1; i <= Math.Min(newBlocks, BlockCount); i++)
            {
                _blocks[Place((_highest / BlockBits) + i)] = 0;
            }

            _highest = packetNumber;
            _any = true;
        }

        _blocks[Place(packetNumber / BlockBits)] |= Bit(packetNumber);
        return true;
    }

    /// <summary>Makes room for a block, as far as the ring may grow.</summary>
    private void Grow(ulong block)
    {
        int length = _blocks.Length;
        while (length < BlockCount && block >= (ulong)length)
        {
            length *= 2;
        }

        if (length != _blocks.Length)
        {
            Array.Resize(ref _blocks, length);
        }
    }

    // Lengths are powers of two.
    private int Place(ulong block) => (int)(block & ((ulong)_blocks.Length - 1));

    private static ulong Bit(ulong packetNumber) => 1UL << (int)(packetNumber % BlockBits);
}
