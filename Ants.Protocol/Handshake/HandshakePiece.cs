using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// A datagram of the handshake: one piece of a Noise message, or none of it and only news of what has arrived.
/// <code>
/// 1 1 T T T T 0 C | version | exchange id (8) | have | index | count | total length (2) | [cookie (16)] | piece | mac (16)
/// </code>
/// T is 0 for pieces of message 1, 1 for pieces of message 2; other values are other datagrams. The initiator chooses the
/// exchange id. <c>have</c> tells which pieces of the other side's message have arrived, one bit each. An index of 255 says
/// that no piece follows. C, which only the initiator sets, says that a cookie is there (see <see cref="CookieNotice"/>). The MAC
/// covers all before it, keyed by the responder's id in both directions, so that a scanner who does not know to whom it talks is
/// dropped before any curve operation.
/// All of this stays outside the Noise bytes: a message never changes while its pieces are sent again.
/// </summary>
internal readonly ref struct HandshakePiece
{
    public const byte Version = 1;

    /// <summary>Largest datagram: it must fit a relayed carrier, where an inner packet may be as small as 1,000 bytes.</summary>
    public const int MaxDatagram = 1000;

    public const int HeaderLength = 1 + 1 + 8 + 1 + 1 + 1 + 2;
    public const int MacLength = 16;
    public const int MaxData = MaxDatagram - HeaderLength - Cookies.Size - MacLength;

    /// <summary>Pieces of one message. Two are needed; four leave room for larger parameters and bound what is held.</summary>
    public const int MaxPieces = 4;

    private const byte FormBits = 0xC0, CookieBit = 0x01, NoPiece = 255;
    private const byte FromInitiator = FormBits | ((byte)HandshakeRole.Initiator << 2);
    private const byte FromResponder = FormBits | ((byte)HandshakeRole.Responder << 2);

    public HandshakeRole From { get; private init; }

    public ulong ExchangeId { get; private init; }

    public byte Have { get; private init; }

    /// <summary>Which piece, or -1 for news only.</summary>
    public int Index { get; private init; }

    public int Count { get; private init; }

    public int TotalLength { get; private init; }

    /// <summary>What the responder gave the initiator to show that it receives at its address; empty when it gave nothing.</summary>
    public ReadOnlySpan<byte> Cookie { get; private init; }

    public ReadOnlySpan<byte> Data { get; private init; }

    private ReadOnlySpan<byte> Datagram { get; init; }

    /// <summary>Whether the datagram claims to be of the handshake.</summary>
    public static bool IsHandshake(ReadOnlySpan<byte> datagram) => datagram.Length > 0 && datagram[0] >= FormBits;

    /// <summary>Reads the shape of a datagram; see <see cref="IsFor"/> for its MAC.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out HandshakePiece piece)
    {
        piece = default;
        if (datagram.Length is < HeaderLength + MacLength or > MaxDatagram)
        {
            return false;
        }

        WireReader reader = new(datagram[..^MacLength]);
        reader.TryReadByte(out byte first);
        reader.TryReadByte(out byte version);
        reader.TryReadUInt64(out ulong exchange);
        reader.TryReadByte(out byte have);
        reader.TryReadByte(out byte index);
        reader.TryReadByte(out byte count);
        reader.TryReadUInt16(out ushort total);
        ReadOnlySpan<byte> cookie = default;
        bool known = first == (FromInitiator | CookieBit) ? reader.TryReadBytes(Cookies.Size, out cookie) : first is FromInitiator or FromResponder;
        ReadOnlySpan<byte> data = reader.ReadRest();
        if (!known || version != Version || !IsShapeRight(index, count, total, data.Length))
        {
            return false;
        }

        piece = new HandshakePiece
        {
            From = (HandshakeRole)((first >> 2) & 0x0F),
            ExchangeId = exchange,
            Have = have,
            Index = index == NoPiece ? -1 : index,
            Count = count,
            TotalLength = total,
            Cookie = cookie,
            Data = data,
            Datagram = datagram,
        };
        return true;
    }

    /// <summary>Whether the MAC is that of a handshake with <paramref name="responder"/>.</summary>
    public bool IsFor(AgentId responder) =>
        HandshakeMac.Verify(responder, Datagram[..^MacLength], Datagram[^MacLength..]);

    /// <summary>Writes piece <paramref name="index"/> of <paramref name="message"/> (-1: news only); returns its length.</summary>
    public static int Write(Span<byte> destination, AgentId responder, HandshakeRole from, ulong exchangeId, byte have,
        ReadOnlySpan<byte> message, int index, ReadOnlySpan<byte> cookie = default)
    {
        WireWriter writer = new(destination);
        writer.WriteByte((byte)(FormBits | ((byte)from << 2) | (cookie.IsEmpty ? 0 : CookieBit)));
        writer.WriteByte(Version);
        writer.WriteUInt64(exchangeId);
        writer.WriteByte(have);
        writer.WriteByte(index < 0 ? NoPiece : (byte)index);
        writer.WriteByte(index < 0 ? (byte)0 : (byte)CountFor(message.Length));
        writer.WriteUInt16(index < 0 ? (ushort)0 : (ushort)message.Length);
        writer.WriteBytes(cookie);
        if (index >= 0)
        {
            writer.WriteBytes(Slice(message, index));
        }

        ReadOnlySpan<byte> covered = writer.Span;
        HandshakeMac.Compute(responder, covered, writer.Take(MacLength));
        return writer.Written;
    }

    /// <summary>How many pieces a message of <paramref name="length"/> bytes makes.</summary>
    public static int CountFor(int length) => (length + MaxData - 1) / MaxData;

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> message, int index)
    {
        // Pieces of equal size, the last shorter: no piece is a tiny remainder that a full one drags along.
        int size = SizeFor(message.Length);
        int start = index * size;
        return message.Slice(start, Math.Min(size, message.Length - start));
    }

    private static int SizeFor(int total)
    {
        int count = CountFor(total);
        return (total + count - 1) / count;
    }

    private static bool IsShapeRight(byte index, byte count, ushort total, int length)
    {
        if (index == NoPiece)
        {
            return count == 0 && total == 0 && length == 0;
        }

        if (count is 0 or > MaxPieces || index >= count || total == 0 || CountFor(total) != count)
        {
            return false;
        }

        int size = SizeFor(total);
        return length == Math.Min(size, total - (index * size));
    }

    /// <summary>Where piece <see cref="Index"/> begins in its message.</summary>
    public int Offset => Index * SizeFor(TotalLength);
}
