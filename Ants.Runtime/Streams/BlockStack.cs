namespace Ants.Streams;

/// <summary>Blocks of one size. It keeps all that come back, and gives up what nobody has needed for a while.</summary>
internal sealed class BlockStack : IDisposable
{
    // 1 MiB: what a few busy streams have between their application and the network. It is not worth a timer.
    private const int BytesAtRest = 1 << 20;

    // What is under way on a fast path comes and goes many times a second; what was not wanted back for this long was a burst.
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly int _blockSize, _mostAtRest;
    private Block[] _idle;
    private int _count, _least;
    private bool _isTimed;

    /// <param name="time">When to look for what nobody needs.</param>
    /// <param name="blockSize">Bytes in a block.</param>
    public BlockStack(TimeProvider time, int blockSize)
    {
        _blockSize = blockSize;
        _mostAtRest = BytesAtRest / blockSize;
        _idle = new Block[_mostAtRest];
        _timer = time.CreateTimer(static stack => ((BlockStack)stack!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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

    /// <summary>A block; <see cref="Block.Return"/> gives it back.</summary>
    public Block Rent()
    {
        lock (_gate)
        {
            if (_count > 0)
            {
                Block block = _idle[--_count];
                _least = Math.Min(_least, _count);
                return block;
            }
        }

        return new Block(this, _blockSize);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Takes back a block of its own.</summary>
    public void Return(Block block)
    {
        lock (_gate)
        {
            if (_count == _idle.Length)
            {
                Array.Resize(ref _idle, _count * 2);
            }

            _idle[_count++] = block;
            if (_count > _mostAtRest && !_isTimed)
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
            int keep = Math.Max(_count - _least, Math.Min(_count, _mostAtRest));
            Array.Clear(_idle, keep, _count - keep);
            _count = keep;
            Array.Resize(ref _idle, Math.Max(_mostAtRest, _count));
            _isTimed = false;
            if (_count > _mostAtRest)
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
}
