using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// What a relay answers to a handshake that is meant for another key than its own: which key it has.
/// <code>
/// 1 1 T T T T 0 0 | version | exchange id (8) | id (32)        T = 4
/// </code>
/// Nothing proves it, so it is a hint for a person who has the wrong address of a relay, and changes nothing else. Only who
/// has seen the handshake can forge one, since its exchange id is 64 random bits.
/// </summary>
internal static class IdentityNotice
{
    public const int Length = 1 + 1 + 8 + AgentId.Size;

    private const byte First = 0xC0 | (4 << 2);

    public static bool TryRead(ReadOnlySpan<byte> datagram, out ulong exchangeId, out AgentId id)
    {
        WireReader reader = new(datagram);
        exchangeId = 0;
        bool isOne = datagram.Length == Length && reader.TryReadByte(out byte first) && first == First
            && reader.TryReadByte(out byte version) && version == HandshakePiece.Version && reader.TryReadUInt64(out exchangeId);
        id = default;
        return isOne && AgentId.TryFromBytes(reader.ReadRest(), out id);
    }

    /// <summary>Writes the answer to a piece of handshake <paramref name="exchangeId"/>.</summary>
    public static void Write(Span<byte> destination, ulong exchangeId, AgentId id)
    {
        WireWriter writer = new(destination);
        writer.WriteByte(First);
        writer.WriteByte(HandshakePiece.Version);
        writer.WriteUInt64(exchangeId);
        id.CopyTo(writer.Take(AgentId.Size));
    }
}
