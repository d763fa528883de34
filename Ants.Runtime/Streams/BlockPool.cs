using System.Buffers;

namespace Ants.Streams;

/// <summary>
/// Blocks of memory for the pipes of all streams. The shared pool keeps fewer of them than a fast stream has under way, and
/// allocates the rest anew each time they come round. This one keeps all, and gives up what nobody has needed for a while.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>The size of every block: large enough that a full window is a short chain, small enough that an idle stream holds little.</summary>
    public const int BlockSize = 16 * 1024;

    // 1 MiB: what a few busy streams have between their application and the network. It is not worth a timer.
    private const int MaxAtRest = 64;

    // What is under way on a fast path comes and goes many times a second; what was not wanted back for this long was a burst.
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Block[] _idle = new Block[MaxAtRest];
    private int _count, _least;
    private bool _isTimed;

    /// <param name="time">When to look for what nobody needs.</param>
    public BlockPool(TimeProvider time) =>
        _timer = time.CreateTimer(static pool => ((BlockPool)pool!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The one that everybody uses. What it keeps changes nothing that a simulated world can see, so the system's time will do.</summary>
    public static BlockPool Instance { get; } = new(TimeProvider.System);

    /// <summary>How many blocks it keeps.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        lock (_gate)
        {
            if (_count > 0)
            {
                Block block = _idle[--_count];
                _least = Math.Min(_least, _count);
                return block;
            }
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _timer.Dispose();
        }
    }

    private void Return(Block block)
    {
        lock (_gate)
        {
            if (_count == _idle.Length)
            {
                Array.Resize(ref _idle, _count * 2);
            }

            _idle[_count++] = block;
            if (_count > MaxAtRest && !_isTimed)
            {
                StartTimer();
            }
        }
    }

    /// <summary>Gives up the blocks that stayed here all the time since it was last done.</summary>
    private void Look()
    {
        lock (_gate)
        {
            int keep = Math.Max(_count - _least, Math.Min(_count, MaxAtRest));
            Array.Clear(_idle, keep, _count - keep);
            _count = keep;
            Array.Resize(ref _idle, Math.Max(MaxAtRest, _count));
            _isTimed = false;
            if (_count > MaxAtRest)
            {
                StartTimer();
            }
        }
    }

    private void StartTimer()
    {
        _isTimed = true;
        _least = _count;
        _timer.Change(s_lookEvery, Timeout.InfiniteTimeSpan);
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize);

        public Memory<byte> Memory => _bytes;

        public void Dispose() => pool.Return(this);
    }
}
