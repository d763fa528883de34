using Ants.Crypto;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// The beginning of a stream as early data. Copies: the stream sends the same bytes again once the session is established, so that it
/// does not matter whether they arrive or are taken.
/// </summary>
internal static class EarlyFlight
{
    /// <summary>Seals what has been written on a stream so far, as much as fits <see cref="EarlyDatagram.MaxCount"/> datagrams.</summary>
    public static byte[][] Seal(PacketCipher cipher, ulong exchangeId, StreamSet streams, ulong streamId)
    {
        List<byte[]> datagrams = [];
        Span<byte> frames = stackalloc byte[EarlyDatagram.MaxFrames];
        ulong offset = 0;
        for (byte number = 0; number < EarlyDatagram.MaxCount; number++)
        {
            frames.Clear();
            WireWriter writer = new(frames);
            if (!streams.TryWriteCopy(streamId, offset, ref writer, out int length))
            {
                break;
            }

            offset += (ulong)length;
            datagrams.Add(EarlyDatagram.Seal(cipher, exchangeId, number, frames));
        }

        return [.. datagrams];
    }
}
