using System.Buffers.Binary;

namespace Ants.Nat;

/// <summary>
/// The parts of STUN's layout that reader and writer share.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|     message type          |  length after this header     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  magic cookie 0x2112A442                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  transaction id (96 bits)                     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  attribute type               |  attribute length             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  attribute value, padded to a multiple of 4 bytes         ....
/// </code>
/// RFC 8489 section 5 and 14. The type's bits are M11..M7 C1 M6..M4 C0 M3..M0.
/// </summary>
internal static class StunWire
{
    public const int HeaderLength = 20;
    public const int AttributeHeaderLength = 4;
    public const int FingerprintLength = 4;
    public const int Sha1Length = 20;
    public const int Sha256Length = 32;

    // RFC 8489 section 14.6: the shortest truncation of the HMAC-SHA256 that an attribute may carry.
    public const int ShortestSha256Length = 16;

    public const uint MagicCookie = 0x2112A442;
    public const ushort MagicCookieTop = 0x2112;

    // "STUN": keeps FINGERPRINT apart from a CRC-32 that the application's own protocol may have (section 14.7).
    public const uint FingerprintMask = 0x5354554E;

    public const byte FamilyV4 = 1;
    public const byte FamilyV6 = 2;

    // A type from here on may be skipped by who does not know it (section 14).
    public const int FirstOptionalAttribute = 0x8000;

    public static int Padded(int length) => (length + 3) & ~3;

    public static ushort JoinType(StunClass messageClass, StunMethod method)
    {
        int m = (int)method;
        int c = (int)messageClass;
        return (ushort)((m & 0x00F) | ((m & 0x070) << 1) | ((m & 0xF80) << 2) | ((c & 1) << 4) | ((c & 2) << 7));
    }

    public static StunClass ClassOf(ushort type) => (StunClass)(((type >> 4) & 1) | ((type >> 7) & 2));

    public static StunMethod MethodOf(ushort type) =>
        (StunMethod)((type & 0x00F) | ((type >> 1) & 0x070) | ((type >> 2) & 0xF80));

    public static uint Fingerprint(ReadOnlySpan<byte> messageBeforeIt) => Crc32.Compute(messageBeforeIt) ^ FingerprintMask;

    /// <summary>
    /// Copies the header with the length it has when the message ends at <paramref name="messageLength"/>: what the
    /// integrity attributes are computed over (RFC 8489 section 14.5).
    /// </summary>
    public static void CopyHeader(ReadOnlySpan<byte> message, int messageLength, Span<byte> header)
    {
        message[..HeaderLength].CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(messageLength - HeaderLength));
    }
}
