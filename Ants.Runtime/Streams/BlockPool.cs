using System.Buffers;

namespace Ants.Streams;

/// <summary>
/// Blocks of memory for the pipes of all streams. The shared pool keeps fewer of them than a fast stream has under way, and
/// allocates the rest anew each time they come round.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>The size of a block: large enough that a full window is a short chain, small enough that an idle stream holds little.</summary>
    public const int BlockSize = 16 * 1024;

    /// <summary>
    /// The size of one for a writer that asks for more at once, as those do who read files. Beyond that a pipe takes arrays of the shared
    /// pool, and the runtime calls them large objects from 85,000 bytes on.
    /// </summary>
    public const int LargeBlockSize = 64 * 1024;

    private readonly BlockStack _blocks, _large;

    /// <param name="time">When to look for what nobody needs.</param>
    public BlockPool(TimeProvider time) => (_blocks, _large) = (new BlockStack(time, BlockSize), new BlockStack(time, LargeBlockSize));

    /// <summary>The one that everybody uses. What it keeps changes nothing that a simulated world can see, so the system's time will do.</summary>
    public static BlockPool Instance { get; } = new(TimeProvider.System);

    /// <summary>How many blocks it keeps, of either size.</summary>
    public int Idle => _blocks.Idle + _large.Idle;

    /// <inheritdoc/>
    public override int MaxBufferSize => LargeBlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBlockSize);
        return (minBufferSize <= BlockSize ? _blocks : _large).Rent();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _blocks.Dispose();
            _large.Dispose();
        }
    }
}
