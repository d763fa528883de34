using System.Buffers;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>A destination that hands out small pieces and checks each byte against what should stand at its offset.</summary>
internal sealed class CheckedDestination(Func<ulong, byte> content) : IBufferWriter<byte>
{
    private readonly byte[] _piece = new byte[61];

    public ulong Count { get; private set; }

    public void Advance(int count)
    {
        for (int i = 0; i < count; i++, Count++)
        {
            if (_piece[i] != content(Count))
            {
                Assert.Fail($"Byte {Count} is wrong.");
            }
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _piece;

    public Span<byte> GetSpan(int sizeHint = 0) => _piece;
}
