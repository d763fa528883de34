using System.Buffers.Binary;

namespace Ants.Nat;

/// <summary>
/// Walks the attributes of a message. Those that follow an integrity attribute are not covered by it and are skipped,
/// save the ones that the specification allows there (RFC 8489 sections 14.5 and 14.6).
/// </summary>
internal ref struct StunAttributeReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _next = StunWire.HeaderLength;
    private bool _afterSha1;
    private bool _afterSha256;

    /// <summary>Where the current attribute's header begins.</summary>
    public int Start { get; private set; }

    public StunAttributeType Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether an attribute runs past the end of the message.</summary>
    public bool IsBroken { get; private set; }

    public bool TryNext()
    {
        while (TryStep())
        {
            if (IsCovered(Type))
            {
                _afterSha1 |= Type == StunAttributeType.MessageIntegrity;
                _afterSha256 |= Type == StunAttributeType.MessageIntegritySha256;
                return true;
            }
        }

        return false;
    }

    private bool TryStep()
    {
        int left = _message.Length - _next;
        if (left < StunWire.AttributeHeaderLength)
        {
            IsBroken |= left != 0;
            return false;
        }

        ReadOnlySpan<byte> rest = _message[_next..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (StunWire.Padded(length) > left - StunWire.AttributeHeaderLength)
        {
            IsBroken = true;
            return false;
        }

        Start = _next;
        Type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(rest);
        Value = rest.Slice(StunWire.AttributeHeaderLength, length);
        _next += StunWire.AttributeHeaderLength + StunWire.Padded(length);
        return true;
    }

    private readonly bool IsCovered(StunAttributeType type)
    {
        if (_afterSha256)
        {
            return type == StunAttributeType.Fingerprint;
        }

        return !_afterSha1 || type is StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint;
    }
}
