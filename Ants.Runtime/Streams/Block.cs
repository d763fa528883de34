using System.Buffers;

namespace Ants.Streams;

/// <summary>A piece of memory that comes from a pool, and a link of the chain in which a stream's bytes are held.</summary>
internal sealed class Block : ReadOnlySequenceSegment<byte>
{
    private readonly BlockStack? _home;
    private readonly byte[] _bytes;

    /// <param name="home">Where it goes back to; null when it is of no common size and used once.</param>
    /// <param name="size">Bytes.</param>
    public Block(BlockStack? home, int size)
    {
        _home = home;
        _bytes = GC.AllocateUninitializedArray<byte>(size);
        Memory = _bytes;
    }

    /// <summary>Bytes that fit.</summary>
    public int Size => _bytes.Length;

    /// <summary>The offset in the stream of its first byte.</summary>
    public long Start => RunningIndex;

    /// <summary>The offset in the stream behind its last byte, once another follows it.</summary>
    public long End => RunningIndex + Memory.Length;

    /// <summary>The block that follows.</summary>
    public Block? Following => (Block?)Next;

    /// <summary>What is free when the first <paramref name="filled"/> bytes are not.</summary>
    public Memory<byte> Room(int filled) => _bytes.AsMemory(filled);

    /// <summary>Makes it the first of a chain.</summary>
    public void Begin(long start) => RunningIndex = start;

    /// <summary>Lets another follow. This one holds <paramref name="filled"/> bytes then, and gets no more.</summary>
    public void Link(Block next, int filled)
    {
        Memory = _bytes.AsMemory(0, filled);
        next.Begin(RunningIndex + filled);
        Next = next;
    }

    /// <summary>Gives it back; nobody may touch it any more.</summary>
    public void Return()
    {
        Next = null;
        Memory = _bytes;
        _home?.Return(this);
    }
}
