using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// A datagram of early data, sent right behind message 1.
/// <code>
/// 1 1 T T T T 0 0 | version | exchange id (8) | number | sealed frames and tag        T = 3
/// </code>
/// Sealed by a key that both ends have after message 1; the clear part is its associated data. Numbers count from 0, and there are
/// at most four. The frames are STREAM and PADDING alone.
/// </summary>
internal readonly ref struct EarlyDatagram
{
    /// <summary>
    /// Datagrams of one handshake: a request and its arguments, and no more than the responder keeps of the message itself.
    /// </summary>
    public const int MaxCount = 4;

    /// <summary>
    /// Every one has this size. It fits every carrier, and what comes from an address that has not been proved pays for an answer of that
    /// length.
    /// </summary>
    public const int Length = HandshakePiece.MaxDatagram;

    public const int HeaderLength = 1 + 1 + 8 + 1;

    /// <summary>Room for frames.</summary>
    public const int MaxFrames = Length - HeaderLength - TagSize;

    private const byte First = 0xC0 | (3 << 2);

    // The suite is not agreed on yet; this one every end has.
    private const int TagSize = 16;

    public ulong ExchangeId { get; private init; }

    public byte Number { get; private init; }

    private ReadOnlySpan<byte> Datagram { get; init; }

    public static bool TryRead(ReadOnlySpan<byte> datagram, out EarlyDatagram early)
    {
        WireReader reader = new(datagram);
        early = default;
        if (datagram.Length != Length || !reader.TryReadByte(out byte first) || first != First
            || !reader.TryReadByte(out byte version) || version != HandshakePiece.Version
            || !reader.TryReadUInt64(out ulong exchange) || !reader.TryReadByte(out byte number) || number >= MaxCount)
        {
            return false;
        }

        early = new EarlyDatagram { ExchangeId = exchange, Number = number, Datagram = datagram };
        return true;
    }

    /// <summary>Seals <see cref="MaxFrames"/> bytes of frames and padding.</summary>
    public static byte[] Seal(PacketCipher cipher, ulong exchangeId, byte number, ReadOnlySpan<byte> frames)
    {
        byte[] datagram = new byte[Length];
        WireWriter writer = new(datagram);
        writer.WriteByte(First);
        writer.WriteByte(HandshakePiece.Version);
        writer.WriteUInt64(exchangeId);
        writer.WriteByte(number);
        ReadOnlySpan<byte> header = writer.Span;
        cipher.Seal(pathId: 0, number, header, frames, writer.Take(frames.Length + cipher.TagSize));
        return datagram;
    }

    /// <summary>Opens it into <see cref="MaxFrames"/> bytes; false when it is not authentic.</summary>
    public bool TryOpen(PacketCipher cipher, Span<byte> frames) =>
        cipher.TryOpen(pathId: 0, Number, Datagram[..HeaderLength], Datagram[HeaderLength..], frames);

    /// <summary>A copy of its bytes, to be kept until there is a key.</summary>
    public byte[] ToArray() => Datagram.ToArray();
}
