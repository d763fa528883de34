using System.Buffers;
using System.Collections.Concurrent;

namespace Ants.Streams;

/// <summary>
/// Blocks of memory for the pipes of all streams. The shared pool keeps fewer of them than a fast stream has under way, and
/// allocates the rest anew each time they come round.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>The size of every block: large enough that a full window is a short chain, small enough that an idle stream holds little.</summary>
    public const int BlockSize = 16 * 1024;

    // 8 MiB: what a stream of several Gbit/s has under way within a data centre. What an agent was once given stays for the next burst.
    private const int MaxIdle = 512;

    private readonly ConcurrentStack<Block> _idle = new();
    private int _idleCount;

    /// <summary>The one that everybody uses.</summary>
    public static BlockPool Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_idle.TryPop(out Block? block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _idleCount);
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // It is nobody's to end.
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _idleCount) <= MaxIdle)
        {
            _idle.Push(block);
        }
        else
        {
            Interlocked.Decrement(ref _idleCount);
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool.Return(this);
    }
}
