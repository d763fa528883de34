using System.Buffers;

namespace Ants.Tests.Unit.Protocol;

/// <summary>Bytes in two segments, as a pipe may hand them out.</summary>
internal static class SplitSequence
{
    public static ReadOnlySequence<byte> Of(byte[] bytes)
    {
        int half = bytes.Length / 2;
        Segment first = new(bytes.AsMemory(0, half));
        Segment second = first.Append(bytes.AsMemory(half));
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
