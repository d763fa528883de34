using System.Runtime.CompilerServices;

namespace Ants.Protocol.Recovery;

/// <summary>
/// Notes of the frames in a packet, in order. Nearly all hold an ACK, or one frame of a stream, or both: so many lie in the object itself, which
/// is by far the fastest place when thousands of packets are under way and none of them is in a processor's cache.
/// </summary>
internal class SentFrames
{
    private const int Few = 2;

    private FewFrames _few;
    private SentFrame[]? _many;

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>All of them; valid until the next is added.</summary>
    public ReadOnlySpan<SentFrame> All => _many is null ? ((ReadOnlySpan<SentFrame>)_few)[..Count] : _many.AsSpan(0, Count);

    /// <summary>Adds one.</summary>
    public void Add(in SentFrame frame)
    {
        if (_many is null && Count < Few)
        {
            _few[Count++] = frame;
            return;
        }

        AddToMany(frame);
    }

    /// <summary>Forgets all. What it needed for many it keeps.</summary>
    public void Clear() => Count = 0;

    private void AddToMany(in SentFrame frame)
    {
        if (_many is null)
        {
            SentFrame[] many = new SentFrame[Few * 4];
            All.CopyTo(many);
            _many = many;
        }
        else if (Count == _many.Length)
        {
            Array.Resize(ref _many, Count * 2);
        }

        _many[Count++] = frame;
    }

    [InlineArray(Few)]
    private struct FewFrames
    {
        private SentFrame _first;
    }
}
