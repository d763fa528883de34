using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Ants.Nat;

/// <summary>
/// Writes one STUN message into a caller's buffer (RFC 8489). Nothing is allocated and nothing throws for want of room:
/// what does not fit makes <see cref="TryFinish"/> return false. Integrity comes after the attributes that it covers,
/// FINGERPRINT last.
/// </summary>
public ref struct StunWriter
{
    // RFC 5780 section 7.2: bit A (address) and bit B (port) of CHANGE-REQUEST.
    internal const byte ChangeAddressFlag = 4;
    internal const byte ChangePortFlag = 2;

    private readonly Span<byte> _buffer;
    private int _length;
    private bool _overflowed;

    /// <summary>Begins a message with its header.</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="messageClass">Request, indication, success or error.</param>
    /// <param name="method">The method.</param>
    /// <param name="transactionId">A fresh random id for a request; the request's id for an answer.</param>
    public StunWriter(Span<byte> buffer, StunClass messageClass, StunMethod method, StunTransactionId transactionId)
    {
        _buffer = buffer;
        _overflowed = buffer.Length < StunWire.HeaderLength;
        if (_overflowed)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer, StunWire.JoinType(messageClass, method));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunWire.MagicCookie);
        transactionId.CopyTo(buffer[8..]);
        _length = StunWire.HeaderLength;
    }

    /// <summary>What has been written so far, in bytes.</summary>
    internal readonly int Length => _length;

    /// <summary>Adds an attribute with the bytes given.</summary>
    /// <param name="type">Any attribute number.</param>
    /// <param name="value">The value; it is padded with zeros to a multiple of four.</param>
    public void Add(StunAttributeType type, scoped ReadOnlySpan<byte> value)
    {
        if (TryBegin(type, value.Length, out Span<byte> destination))
        {
            value.CopyTo(destination);
        }
    }

    /// <summary>Adds an address attribute, masked if it is XOR-MAPPED-ADDRESS.</summary>
    /// <param name="type">Which address it is.</param>
    /// <param name="endpoint">An IPv4 or IPv6 endpoint; an IPv4-mapped one is written as IPv4.</param>
    public void AddAddress(StunAttributeType type, IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Span<byte> value = stackalloc byte[StunAddress.LengthV6];
        bool masked = type == StunAttributeType.XorMappedAddress && !_overflowed;
        int length = StunAddress.Write(value, endpoint, masked ? _buffer[4..StunWire.HeaderLength] : default);
        _overflowed |= length == 0;
        Add(type, value[..length]);
    }

    /// <summary>Adds ERROR-CODE.</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">UTF-8 text for people; may be empty.</param>
    public void AddErrorCode(int code, scoped ReadOnlySpan<byte> reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 699);
        if (TryBegin(StunAttributeType.ErrorCode, 4 + reason.Length, out Span<byte> value))
        {
            value[0] = 0;
            value[1] = 0;
            value[2] = (byte)(code / 100);
            value[3] = (byte)(code % 100);
            reason.CopyTo(value[4..]);
        }
    }

    /// <summary>Adds UNKNOWN-ATTRIBUTES.</summary>
    /// <param name="types">The attribute numbers that were not understood.</param>
    public void AddUnknownAttributes(scoped ReadOnlySpan<ushort> types)
    {
        if (TryBegin(StunAttributeType.UnknownAttributes, types.Length * 2, out Span<byte> value))
        {
            for (int i = 0; i < types.Length; i++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(value[(2 * i)..], types[i]);
            }
        }
    }

    /// <summary>Adds CHANGE-REQUEST (RFC 5780 section 7.2).</summary>
    /// <param name="changeAddress">Ask for an answer from the server's other address.</param>
    /// <param name="changePort">Ask for an answer from the server's other port.</param>
    public void AddChangeRequest(bool changeAddress, bool changePort)
    {
        int flags = (changeAddress ? ChangeAddressFlag : 0) | (changePort ? ChangePortFlag : 0);
        Add(StunAttributeType.ChangeRequest, [0, 0, 0, (byte)flags]);
    }

    /// <summary>Adds RESPONSE-PORT (RFC 5780 section 7.5).</summary>
    /// <param name="port">The client's port that the answer should go to.</param>
    public void AddResponsePort(ushort port) => AddPort(StunAttributeType.ResponsePort, port);

    /// <summary>Adds OTHER-PORT.</summary>
    /// <param name="port">The server's other port on the address that it answers from.</param>
    public void AddOtherPort(ushort port) => AddPort(StunAttributeType.OtherPort, port);

    /// <summary>Adds MESSAGE-INTEGRITY over what has been written (RFC 8489 section 14.5).</summary>
    /// <param name="key">The credential's key.</param>
    public void AddMessageIntegrity(scoped ReadOnlySpan<byte> key) =>
        AddIntegrity(StunAttributeType.MessageIntegrity, HashAlgorithmName.SHA1, StunWire.Sha1Length, key);

    /// <summary>Adds MESSAGE-INTEGRITY-SHA256, whole, over what has been written (RFC 8489 section 14.6).</summary>
    /// <param name="key">The credential's key.</param>
    public void AddMessageIntegritySha256(scoped ReadOnlySpan<byte> key) =>
        AddIntegrity(StunAttributeType.MessageIntegritySha256, HashAlgorithmName.SHA256, StunWire.Sha256Length, key);

    /// <summary>Adds FINGERPRINT; nothing may follow it (RFC 8489 section 14.7).</summary>
    public void AddFingerprint()
    {
        int start = _length;
        if (TryBegin(StunAttributeType.Fingerprint, StunWire.FingerprintLength, out Span<byte> value))
        {
            WriteLength(_length);
            BinaryPrimitives.WriteUInt32BigEndian(value, StunWire.Fingerprint(_buffer[..start]));
        }
    }

    /// <summary>Completes the message.</summary>
    /// <param name="written">The message's length; 0 if it did not fit.</param>
    /// <returns>False if an attribute did not fit, or was an address of neither family.</returns>
    public bool TryFinish(out int written)
    {
        written = _overflowed ? 0 : _length;
        if (_overflowed)
        {
            return false;
        }

        WriteLength(_length);
        return true;
    }

    private void AddPort(StunAttributeType type, ushort port) => Add(type, [(byte)(port >> 8), (byte)port]);

    private void AddIntegrity(StunAttributeType type, HashAlgorithmName algorithm, int length, scoped ReadOnlySpan<byte> key)
    {
        int start = _length;
        if (TryBegin(type, length, out Span<byte> value))
        {
            StunHmac.Compute(algorithm, key, _buffer[..start], length, value);
        }
    }

    private bool TryBegin(StunAttributeType type, int length, out Span<byte> value)
    {
        value = default;
        int total = StunWire.AttributeHeaderLength + StunWire.Padded(length);
        int end = _length + total;
        _overflowed |= end > _buffer.Length || end - StunWire.HeaderLength > ushort.MaxValue;
        if (_overflowed)
        {
            return false;
        }

        Span<byte> attribute = _buffer.Slice(_length, total);
        attribute.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        value = attribute.Slice(StunWire.AttributeHeaderLength, length);
        _length = end;
        return true;
    }

    private readonly void WriteLength(int messageLength) =>
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(messageLength - StunWire.HeaderLength));
}
