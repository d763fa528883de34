namespace Ants.Nat;

/// <summary>
/// The STUN attributes that ANTS reads or writes, by their IANA numbers. A number below 0x8000 must be understood by
/// the receiver, one from there on may be skipped (RFC 8489 section 14).
/// </summary>
public enum StunAttributeType
{
    /// <summary>No attribute: IANA keeps the number reserved.</summary>
    Reserved = 0x0000,

    /// <summary>The source address as the server saw it, in clear (RFC 8489 section 14.1).</summary>
    MappedAddress = 0x0001,

    /// <summary>Asks for the answer from another address or port of the server (RFC 5780 section 7.2).</summary>
    ChangeRequest = 0x0003,

    /// <summary>The user or user pair of a credential (RFC 8489 section 14.3).</summary>
    Username = 0x0006,

    /// <summary>HMAC-SHA1 over the message before it (RFC 8489 section 14.5).</summary>
    MessageIntegrity = 0x0008,

    /// <summary>Code and reason of an error response (RFC 8489 section 14.8).</summary>
    ErrorCode = 0x0009,

    /// <summary>The attributes that the server did not understand (RFC 8489 section 14.13).</summary>
    UnknownAttributes = 0x000A,

    /// <summary>The realm of a long-term credential (RFC 8489 section 14.9).</summary>
    Realm = 0x0014,

    /// <summary>The server's nonce for a long-term credential (RFC 8489 section 14.10).</summary>
    Nonce = 0x0015,

    /// <summary>HMAC-SHA256 over the message before it, whole or truncated (RFC 8489 section 14.6).</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>How the password of a long-term credential is hashed (RFC 8489 section 14.12).</summary>
    PasswordAlgorithm = 0x001D,

    /// <summary>A hash in place of USERNAME (RFC 8489 section 14.4).</summary>
    UserHash = 0x001E,

    /// <summary>The source address as the server saw it, masked so that no middlebox rewrites it (RFC 8489 section 14.2).</summary>
    XorMappedAddress = 0x0020,

    /// <summary>Asks for the answer at another port of the client (RFC 5780 section 7.5).</summary>
    ResponsePort = 0x0027,

    /// <summary>The name of the sender's software (RFC 8489 section 14.14).</summary>
    Software = 0x8022,

    /// <summary>CRC-32 over the message before it (RFC 8489 section 14.7).</summary>
    Fingerprint = 0x8028,

    /// <summary>The address that the answer was sent from (RFC 5780 section 7.3).</summary>
    ResponseOrigin = 0x802B,

    /// <summary>The server's other address and port, for CHANGE-REQUEST (RFC 5780 section 7.4).</summary>
    OtherAddress = 0x802C,

    /// <summary>
    /// ANTS's own: the server's other UDP port on the same address. OTHER-ADDRESS is not for servers with a single address
    /// (RFC 5780 section 7.4): its readers would ask that address twice and take the equal answers for evidence. The number
    /// is of the range for private registrations, and may be skipped (RFC 8489 section 18.3).
    /// </summary>
    OtherPort = 0xCA27,
}
