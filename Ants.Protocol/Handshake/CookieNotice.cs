using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// What a responder under load answers to a piece of message 1 from an address that has not shown that it receives: a cookie, with
/// which the pieces are to come again.
/// <code>
/// 1 1 T T T T 0 0 | version | exchange id (8) | cookie (16) | mac (16)        T = 2
/// </code>
/// The MAC is that of the pieces. Only who has seen the exchange id, 64 random bits, can forge one; a false cookie costs the
/// initiator nothing but the next one.
/// </summary>
internal static class CookieNotice
{
    public const int Length = 1 + 1 + 8 + Cookies.Size + HandshakeMac.Size;

    private const byte First = 0xC0 | (2 << 2);

    /// <summary>Reads the shape of a datagram; see <see cref="IsFrom"/> for its MAC.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out ulong exchangeId, out ReadOnlySpan<byte> cookie)
    {
        WireReader reader = new(datagram);
        exchangeId = 0;
        cookie = default;
        return datagram.Length == Length && reader.TryReadByte(out byte first) && first == First
            && reader.TryReadByte(out byte version) && version == HandshakePiece.Version
            && reader.TryReadUInt64(out exchangeId) && reader.TryReadBytes(Cookies.Size, out cookie);
    }

    /// <summary>Whether the MAC is that of a handshake with <paramref name="responder"/>.</summary>
    public static bool IsFrom(AgentId responder, ReadOnlySpan<byte> datagram) =>
        HandshakeMac.Verify(responder, datagram[..^HandshakeMac.Size], datagram[^HandshakeMac.Size..]);

    /// <summary>Writes the answer to a piece of handshake <paramref name="exchangeId"/>.</summary>
    public static void Write(Span<byte> destination, AgentId responder, ulong exchangeId, ReadOnlySpan<byte> cookie)
    {
        WireWriter writer = new(destination);
        writer.WriteByte(First);
        writer.WriteByte(HandshakePiece.Version);
        writer.WriteUInt64(exchangeId);
        writer.WriteBytes(cookie);
        ReadOnlySpan<byte> covered = writer.Span;
        HandshakeMac.Compute(responder, covered, writer.Take(HandshakeMac.Size));
    }
}
