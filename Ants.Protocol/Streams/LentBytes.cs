using System.Buffers;

namespace Ants.Protocol.Streams;

/// <summary>
/// The bytes of a stream that its application has lent, in as many pieces as it wrote them. The piece last copied from is remembered: a
/// long buffer is a list of many, and new bytes are taken from its far end.
/// </summary>
internal struct LentBytes(ulong start, ReadOnlySequence<byte> bytes)
{
    private readonly ReadOnlySequence<byte> _bytes = bytes;
    private readonly ulong _start = start;
    private ReadOnlyMemory<byte> _piece;
    private ulong _pieceStart = start;
    private SequencePosition _next = bytes.Start;

    /// <summary>Copies bytes from a stream offset on; all of them have been lent.</summary>
    public void CopyTo(ulong offset, Span<byte> destination)
    {
        if (offset >= _pieceStart)
        {
            CopyOnward(offset, destination);
        }
        else if (!destination.IsEmpty)
        {
            // Lost bytes: what comes after them goes on where it was.
            new LentBytes(_start, _bytes).CopyOnward(offset, destination);
        }
    }

    private void CopyOnward(ulong offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (offset - _pieceStart >= (ulong)_piece.Length)
            {
                _pieceStart += (ulong)_piece.Length;
                if (!_bytes.TryGet(ref _next, out _piece))
                {
                    throw new ArgumentOutOfRangeException(nameof(offset), offset, "So many bytes were not lent.");
                }

                continue;
            }

            ReadOnlySpan<byte> source = _piece.Span[(int)(offset - _pieceStart)..];
            source = source[..Math.Min(source.Length, destination.Length)];
            source.CopyTo(destination);
            destination = destination[source.Length..];
            offset += (ulong)source.Length;
        }
    }
}
