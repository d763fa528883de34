using System.Buffers.Binary;

namespace Ants.Protocol.Wire;

/// <summary>
/// What an endpoint answers to a packet whose connection id it does not know, so that the peer of a restarted process
/// learns of it in one round trip (RFC 9000 section 10.3).
/// <code>
/// 01xxxxxx | unpredictable bytes | token (16 bytes)
/// </code>
/// To anybody else it looks like a short-header packet.
/// </summary>
internal static class StatelessReset
{
    public const int TokenSize = 16;

    // RFC 9000 section 10.3: at least 5 bytes before the token to look like a packet; ours are longer, because our
    // shortest packet is (header of 10, tag of 16).
    public const int MinSize = 10 + TokenSize;

    // No reason to be longer: it only has to pass for a small packet. None to be shorter: what asks for an answer has 80 bytes or more.
    public const int Size = 42;

    /// <summary>
    /// The size of the answer to a packet of <paramref name="trigger"/> bytes: always smaller, 0 for none. So a reset is never answered
    /// with one (RFC 9000 section 10.3.3).
    /// </summary>
    public static int SizeFor(int trigger) => trigger <= Size ? 0 : Size;

    /// <summary>Turns random bytes into a reset with <paramref name="token"/>.</summary>
    public static void Write(Span<byte> randomBytes, UInt128 token)
    {
        randomBytes[0] = (byte)(PacketHeader.FormBit | (randomBytes[0] & 0x03));
        BinaryPrimitives.WriteUInt128BigEndian(randomBytes[^TokenSize..], token);
    }

    public static UInt128 ReadToken(ReadOnlySpan<byte> packet) =>
        packet.Length < MinSize ? UInt128.Zero : BinaryPrimitives.ReadUInt128BigEndian(packet[^TokenSize..]);
}
