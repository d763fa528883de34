namespace Ants.Streams;

/// <summary>
/// Blocks of memory for all streams. Pools of the platform keep fewer of them than a fast stream has under way, and
/// allocate the rest anew each time they come round.
/// </summary>
internal sealed class BlockPool : IDisposable
{
    /// <summary>The size of a block: large enough that a full window is a short chain, small enough that an idle stream holds little.</summary>
    public const int BlockSize = 16 * 1024;

    /// <summary>
    /// The size of one for a writer that asks for more at once, as those do who read files. What is asked for beyond it is allocated, and
    /// the runtime calls it a large object from 85,000 bytes on.
    /// </summary>
    public const int LargeBlockSize = 64 * 1024;

    private readonly BlockStack _blocks, _large;

    /// <param name="time">When to look for what nobody needs.</param>
    public BlockPool(TimeProvider time) => (_blocks, _large) = (new BlockStack(time, BlockSize), new BlockStack(time, LargeBlockSize));

    /// <summary>The one that everybody uses. What it keeps changes nothing that a simulated world can see, so the system's time will do.</summary>
    public static BlockPool Instance { get; } = new(TimeProvider.System);

    /// <summary>How many blocks it keeps, of either size.</summary>
    public int Idle => _blocks.Idle + _large.Idle;

    /// <summary>A block of at least <paramref name="size"/> bytes, and of the usual size if that is enough.</summary>
    public Block Rent(int size = 0) => size switch
    {
        <= BlockSize => _blocks.Rent(),
        <= LargeBlockSize => _large.Rent(),
        _ => new Block(null, size),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.Dispose();
        _large.Dispose();
    }
}
