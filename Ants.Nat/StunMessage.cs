using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;

namespace Ants.Nat;

/// <summary>
/// A STUN message read in place (RFC 8489). It borrows the datagram's bytes, allocates nothing but the endpoints that
/// it is asked for, and no input makes any of its methods throw. Where an attribute occurs twice the first one counts.
/// </summary>
public readonly ref struct StunMessage
{
    private readonly ReadOnlySpan<byte> _bytes;

    private StunMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Request, indication, success or error.</summary>
    public StunClass Class => StunWire.ClassOf(Type);

    /// <summary>The method; it may be one that <see cref="StunMethod"/> does not name.</summary>
    public StunMethod Method => StunWire.MethodOf(Type);

    /// <summary>The transaction that the message belongs to.</summary>
    public StunTransactionId TransactionId => new(_bytes[8..]);

    /// <summary>Whether the message carries FINGERPRINT. It is right if so, or the message would not have been read.</summary>
    public bool HasFingerprint => TryGetAttribute(StunAttributeType.Fingerprint, out _);

    private ushort Type => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    private ReadOnlySpan<byte> AddressMask => _bytes[4..StunWire.HeaderLength];

    /// <summary>
    /// Tells STUN from everything else on one socket: the first byte is 0 to 3 (RFC 7983) and the cookie is in its place.
    /// A datagram that passes may still be malformed.
    /// </summary>
    /// <param name="datagram">A datagram just received.</param>
    public static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunWire.HeaderLength
        && datagram[0] <= 3
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunWire.MagicCookie;

    /// <summary>
    /// Reads a datagram that is exactly one STUN message: cookie, length, the bounds of every attribute, and the place
    /// and value of FINGERPRINT where there is one.
    /// </summary>
    /// <param name="datagram">A whole datagram; the message borrows it.</param>
    /// <param name="message">The message, if true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (!IsStun(datagram)
            || datagram.Length % 4 != 0
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - StunWire.HeaderLength)
        {
            return false;
        }

        StunAttributeReader attributes = new(datagram);
        while (attributes.TryNext())
        {
            if (attributes.Type == StunAttributeType.Fingerprint && !IsFingerprintRight(datagram, attributes.Start))
            {
                return false;
            }
        }

        if (attributes.IsBroken)
        {
            return false;
        }

        message = new StunMessage(datagram);
        return true;
    }

    /// <summary>The value of the first attribute of a type, without its padding.</summary>
    /// <param name="type">Any attribute number.</param>
    /// <param name="value">The value, borrowed from the datagram.</param>
    public bool TryGetAttribute(StunAttributeType type, out ReadOnlySpan<byte> value)
    {
        StunAttributeReader attributes = new(_bytes);
        while (attributes.TryNext())
        {
            if (attributes.Type == type)
            {
                value = attributes.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The source address that the server saw: XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an older server.</summary>
    /// <param name="endpoint">The address, IPv4 where it is IPv4-mapped.</param>
    public bool TryGetMappedAddress([NotNullWhen(true)] out IPEndPoint? endpoint) =>
        TryGetAddress(StunAttributeType.XorMappedAddress, out endpoint)
        || TryGetAddress(StunAttributeType.MappedAddress, out endpoint);

    /// <summary>An attribute whose value is an address: mapped, XOR-mapped, response origin, other address.</summary>
    /// <param name="type">The attribute; XOR-MAPPED-ADDRESS is unmasked.</param>
    /// <param name="endpoint">The address, IPv4 where it is IPv4-mapped.</param>
    public bool TryGetAddress(StunAttributeType type, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        return TryGetAttribute(type, out ReadOnlySpan<byte> value)
            && StunAddress.TryRead(value, type == StunAttributeType.XorMappedAddress ? AddressMask : default, out endpoint);
    }

    /// <summary>ERROR-CODE: 300 to 699, with a reason for people.</summary>
    /// <param name="code">The code.</param>
    /// <param name="reason">UTF-8, not validated.</param>
    public bool TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason)
    {
        code = 0;
        reason = default;
        if (!TryGetAttribute(StunAttributeType.ErrorCode, out ReadOnlySpan<byte> value) || value.Length < 4)
        {
            return false;
        }

        // RFC 8489 section 14.8: 21 reserved bits, the hundreds in three bits, the rest in eight.
        int hundreds = value[2] & 7;
        if (hundreds is < 3 or > 6 || value[3] > 99)
        {
            return false;
        }

        code = (hundreds * 100) + value[3];
        reason = value[4..];
        return true;
    }

    /// <summary>CHANGE-REQUEST: what the answer's source should differ in (RFC 5780 section 7.2).</summary>
    /// <param name="changeAddress">From the server's other address.</param>
    /// <param name="changePort">From the server's other port.</param>
    public bool TryGetChangeRequest(out bool changeAddress, out bool changePort)
    {
        bool found = TryGetAttribute(StunAttributeType.ChangeRequest, out ReadOnlySpan<byte> value) && value.Length == 4;
        changeAddress = found && (value[3] & StunWriter.ChangeAddressFlag) != 0;
        changePort = found && (value[3] & StunWriter.ChangePortFlag) != 0;
        return found;
    }

    /// <summary>RESPONSE-PORT: the client's port to which the answer should go (RFC 5780 section 7.5).</summary>
    /// <param name="port">The port.</param>
    public bool TryGetResponsePort(out ushort port) => TryGetPort(StunAttributeType.ResponsePort, out port);

    /// <summary>OTHER-PORT: the server's other port on the address that it answers from.</summary>
    /// <param name="port">The port.</param>
    public bool TryGetOtherPort(out ushort port) => TryGetPort(StunAttributeType.OtherPort, out port);

    /// <summary>
    /// Writes down the attributes that must be understood and are not: those below 0x8000 outside RFC 8489. A server
    /// answers such a request with 420; a client discards such a response (RFC 8489 sections 6.3.1 and 6.3.3).
    /// </summary>
    /// <param name="types">Receives as many as it has room for, without repeats.</param>
    /// <param name="knowsBehaviour">Whether the requests of RFC 5780 are understood: only by a server that can do what they ask.</param>
    /// <returns>How many were written: 0 if all is understood, provided that there was room for one.</returns>
    public int CopyUnknownRequired(Span<ushort> types, bool knowsBehaviour = false)
    {
        int count = 0;
        StunAttributeReader attributes = new(_bytes);
        while (count < types.Length && attributes.TryNext())
        {
            ushort type = (ushort)attributes.Type;
            if (!IsUnderstood(attributes.Type, knowsBehaviour) && !types[..count].Contains(type))
            {
                types[count++] = type;
            }
        }

        return count;
    }

    /// <summary>UNKNOWN-ATTRIBUTES of a 420 answer.</summary>
    /// <param name="types">Receives as many as it has room for.</param>
    /// <returns>How many were written.</returns>
    public int CopyUnknownAttributes(Span<ushort> types)
    {
        if (!TryGetAttribute(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> value))
        {
            return 0;
        }

        int count = Math.Min(types.Length, value.Length / 2);
        for (int i = 0; i < count; i++)
        {
            types[i] = BinaryPrimitives.ReadUInt16BigEndian(value[(2 * i)..]);
        }

        return count;
    }

    /// <summary>
    /// Checks the integrity attribute: MESSAGE-INTEGRITY-SHA256 where it is present, else MESSAGE-INTEGRITY (RFC 8489
    /// section 9.1.3). Both are compared in constant time.
    /// </summary>
    /// <param name="key">The password (short-term credential), or the hash of user, realm and password (long-term).</param>
    public StunIntegrity VerifyIntegrity(ReadOnlySpan<byte> key)
    {
        StunIntegrity sha1 = StunIntegrity.Absent;
        StunAttributeReader attributes = new(_bytes);
        while (attributes.TryNext())
        {
            ReadOnlySpan<byte> before = _bytes[..attributes.Start];
            if (attributes.Type == StunAttributeType.MessageIntegritySha256)
            {
                return Check(HashAlgorithmName.SHA256, StunWire.ShortestSha256Length, key, before, attributes.Value);
            }

            if (attributes.Type == StunAttributeType.MessageIntegrity)
            {
                sha1 = Check(HashAlgorithmName.SHA1, StunWire.Sha1Length, key, before, attributes.Value);
            }
        }

        return sha1;
    }

    private static StunIntegrity Check(
        HashAlgorithmName algorithm,
        int shortest,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> before,
        ReadOnlySpan<byte> value)
    {
        int longest = algorithm == HashAlgorithmName.SHA1 ? StunWire.Sha1Length : StunWire.Sha256Length;
        if (value.Length < shortest || value.Length > longest || value.Length % 4 != 0)
        {
            return StunIntegrity.Invalid;
        }

        Span<byte> hash = stackalloc byte[longest];
        StunHmac.Compute(algorithm, key, before, value.Length, hash);
        return CryptographicOperations.FixedTimeEquals(hash[..value.Length], value)
            ? StunIntegrity.Valid
            : StunIntegrity.Invalid;
    }

    // RFC 8489 section 14.7: it is the last attribute, and covers everything before it.
    private static bool IsFingerprintRight(ReadOnlySpan<byte> datagram, int start)
    {
        const int length = StunWire.AttributeHeaderLength + StunWire.FingerprintLength;
        ReadOnlySpan<byte> attribute = datagram[start..];
        return attribute.Length == length
            && BinaryPrimitives.ReadUInt16BigEndian(attribute[2..]) == StunWire.FingerprintLength
            && BinaryPrimitives.ReadUInt32BigEndian(attribute[4..]) == StunWire.Fingerprint(datagram[..start]);
    }

    private bool TryGetPort(StunAttributeType type, out ushort port)
    {
        // RFC 5780 section 7.5 has two bytes of padding, which some count as part of the value.
        bool found = TryGetAttribute(type, out ReadOnlySpan<byte> value) && value.Length is 2 or 4;
        port = found ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;
        return found;
    }

    private static bool IsUnderstood(StunAttributeType type, bool knowsBehaviour) =>
        (int)type >= StunWire.FirstOptionalAttribute
        || (knowsBehaviour && type is StunAttributeType.ChangeRequest or StunAttributeType.ResponsePort)
        || type is StunAttributeType.MappedAddress
            or StunAttributeType.Username
            or StunAttributeType.MessageIntegrity
            or StunAttributeType.ErrorCode
            or StunAttributeType.UnknownAttributes
            or StunAttributeType.Realm
            or StunAttributeType.Nonce
            or StunAttributeType.MessageIntegritySha256
            or StunAttributeType.PasswordAlgorithm
            or StunAttributeType.UserHash
            or StunAttributeType.XorMappedAddress;
}
