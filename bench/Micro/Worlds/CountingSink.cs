using System.Buffers;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Takes a stream's bytes, as an application does that has read them at once, and counts them.</summary>
internal sealed class CountingSink : IBufferWriter<byte>
{
    // Nobody reads it: one for all, so that an endpoint costs what it costs.
    private static readonly byte[] s_room = new byte[64 * 1024];

    /// <summary>Bytes that flow control has not been given back yet.</summary>
    public long Held { get; private set; }

    public long Total { get; private set; }

    public long TakeHeld()
    {
        long held = Held;
        Held = 0;
        return held;
    }

    public void Advance(int count)
    {
        Held += count;
        Total += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => s_room;

    public Span<byte> GetSpan(int sizeHint = 0) => s_room;
}
