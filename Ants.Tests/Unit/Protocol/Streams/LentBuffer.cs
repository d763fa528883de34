using System.Buffers;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>
/// What an application wrote and the peer has not acknowledged, as a pipe would hold it: in segments of uneven length.
/// Memory that was lent and then replaced is scribbled over, so that a late look at it shows.
/// </summary>
internal sealed class LentBuffer(Func<ulong, byte> content, int segmentBytes = 100)
{
    private List<byte[]> _lent = [];

    public ulong Start { get; private set; }

    public ulong End { get; private set; }

    public void Append(int count) => End += (ulong)count;

    public void Advance(ulong acked) => Start = acked;

    public ReadOnlySequence<byte> Lend()
    {
        foreach (byte[] old in _lent)
        {
            Array.Fill(old, (byte)0xEE);
        }

        _lent = [];
        Segment? first = null, last = null;
        for (ulong at = Start; at < End;)
        {
            var bytes = new byte[Math.Min((ulong)(1 + (_lent.Count * 37 % segmentBytes)), End - at)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = content(at + (ulong)i);
            }

            _lent.Add(bytes);
            last = last is null ? first = new Segment(bytes) : last.Append(bytes);
            at += (ulong)bytes.Length;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes) => Memory = bytes;

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
