using System.Buffers;
using System.Numerics;

namespace Ants.Protocol.Streams;

/// <summary>
/// A stretch of a stream of which some bytes have arrived, with one bit per byte that tells which. A bit map instead
/// of a list of ranges: however a peer cuts its bytes, a block costs an eighth more than its bytes and never more.
/// Both arrays are borrowed from the shared pools.
/// </summary>
internal readonly struct ReassemblyBlock
{
    /// <summary>A page: three packets' worth, and small enough that a lone byte in a block wastes little.</summary>
    public const int Size = 4096;

    private const int WordBits = 64;

    private readonly byte[] _bytes;
    private readonly ulong[] _present;

    private ReassemblyBlock(byte[] bytes, ulong[] present)
    {
        _bytes = bytes;
        _present = present;
    }

    public static ReassemblyBlock Rent()
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Size);
        ulong[] present = ArrayPool<ulong>.Shared.Rent(Size / WordBits);
        Array.Clear(present);
        return new ReassemblyBlock(bytes, present);
    }

    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<ulong>.Shared.Return(_present);
    }

    /// <summary>The bytes that are there from <paramref name="at"/> to the first that is missing.</summary>
    public ReadOnlySpan<byte> RunAt(int at) => _bytes.AsSpan(at, RunEnd(at, Size, present: true) - at);

    /// <summary>Stores what is not there yet; false when bytes that are there differ.</summary>
    public bool TryStore(int at, ReadOnlySpan<byte> bytes)
    {
        if (!Agrees(at, bytes))
        {
            return false;
        }

        bytes.CopyTo(_bytes.AsSpan(at));
        Mark(at, at + bytes.Length);
        return true;
    }

    /// <summary>Whether the bytes that are there equal those of <paramref name="bytes"/> at the same places.</summary>
    public bool Agrees(int at, ReadOnlySpan<byte> bytes)
    {
        int end = at + bytes.Length;
        for (int from = RunEnd(at, end, present: false); from < end;)
        {
            int to = RunEnd(from, end, present: true);
            if (!_bytes.AsSpan(from, to - from).SequenceEqual(bytes[(from - at)..(to - at)]))
            {
                return false;
            }

            from = RunEnd(to, end, present: false);
        }

        return true;
    }

    /// <summary>Where the run of bytes that are there, or are missing, ends; at most <paramref name="end"/>.</summary>
    private int RunEnd(int from, int end, bool present)
    {
        while (from < end)
        {
            ulong word = _present[from / WordBits];
            ulong others = (present ? ~word : word) >> (from % WordBits);
            if (others != 0)
            {
                return Math.Min(end, from + BitOperations.TrailingZeroCount(others));
            }

            from = (from | (WordBits - 1)) + 1;
        }

        return end;
    }

    private void Mark(int from, int end)
    {
        while (from < end)
        {
            int to = Math.Min(end, (from | (WordBits - 1)) + 1);
            ulong bits = to - from == WordBits ? ulong.MaxValue : ((1UL << (to - from)) - 1) << (from % WordBits);
            _present[from / WordBits] |= bits;
            from = to;
        }
    }
}
