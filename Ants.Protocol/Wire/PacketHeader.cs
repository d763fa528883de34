using System.Buffers.Binary;

namespace Ants.Protocol.Wire;

/// <summary>
/// The clear part of a sealed packet, which is also its associated data.
/// <code>
///  0 1 K R R R P P | connection id (8 bytes) | packet number (1 to 4 bytes) | sealed frames and tag
/// </code>
/// K is the key phase: the lowest bit of the generation of the key. R are reserved: anything but zero is dropped. PP is the
/// length of the packet number less one. A first byte of 64 to 127 never collides with STUN, which has 0 to 3 (RFC 7983).
/// </summary>
internal readonly record struct PacketHeader(ConnectionId Destination, int Length, uint TruncatedNumber, int NumberLength)
{
    public const byte FormBit = 0x40;
    public const int MaxLength = 1 + ConnectionId.Size + 4;

    private const byte FormMask = 0xC0, KeyPhaseBit = 0x20, ReservedMask = 0x1C, NumberMask = 0x03;

    /// <summary>Whether the datagram has this form (and is not STUN, nor a handshake packet).</summary>
    public static bool IsPacket(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 0 && (datagram[0] & FormMask) == FormBit;

    public static bool TryRead(ReadOnlySpan<byte> datagram, out PacketHeader header)
    {
        header = default;
        if (!IsPacket(datagram) || datagram.Length < 1 + ConnectionId.Size)
        {
            return false;
        }

        int numberLength = (datagram[0] & NumberMask) + 1;
        int length = 1 + ConnectionId.Size + numberLength;
        if (datagram.Length < length)
        {
            return false;
        }

        uint number = 0;
        foreach (byte b in datagram[(1 + ConnectionId.Size)..length])
        {
            number = (number << 8) | b;
        }

        ulong id = BinaryPrimitives.ReadUInt64BigEndian(datagram[1..]);
        header = new PacketHeader(new ConnectionId(id), length, number, numberLength);
        return true;
    }

    /// <summary>Reads the connection id of a packet; false when it is none.</summary>
    public static bool TryReadDestination(ReadOnlySpan<byte> datagram, out ConnectionId id)
    {
        bool any = IsPacket(datagram) && datagram.Length >= 1 + ConnectionId.Size;
        id = any ? new ConnectionId(BinaryPrimitives.ReadUInt64BigEndian(datagram[1..])) : default;
        return any;
    }

    /// <summary>
    /// Puts another connection id into a packet. It does not open under it: whoever forwards it has to put the first one back.
    /// </summary>
    public static void Readdress(Span<byte> packet, ConnectionId id) => BinaryPrimitives.WriteUInt64BigEndian(packet[1..], id.Value);

    /// <summary>Whether bits are set that this version knows nothing of.</summary>
    public static bool HasReservedBits(byte first) => (first & ReservedMask) != 0;

    /// <summary>Whether the key phase bit is set.</summary>
    public static bool HasKeyPhase(byte first) => (first & KeyPhaseBit) != 0;

    /// <summary>Writes a header and returns its length.</summary>
    public static int Write(Span<byte> destination, ConnectionId id, ulong number, int numberLength, bool keyPhase = false)
    {
        destination[0] = (byte)(FormBit | (keyPhase ? KeyPhaseBit : 0) | (numberLength - 1));
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], id.Value);
        for (int i = 0; i < numberLength; i++)
        {
            destination[1 + ConnectionId.Size + i] = (byte)(number >> (8 * (numberLength - 1 - i)));
        }

        return 1 + ConnectionId.Size + numberLength;
    }

    /// <summary>The full packet number, as RFC 9000 appendix A.3: the one nearest to what is expected next.</summary>
    public ulong ExpandNumber(ulong? largestReceived)
    {
        ulong expected = largestReceived is { } largest ? largest + 1 : 0;
        ulong window = 1UL << (8 * NumberLength);
        ulong candidate = (expected & ~(window - 1)) | TruncatedNumber;
        if (candidate + (window / 2) <= expected && candidate + window <= VarInt.MaxValue)
        {
            return candidate + window;
        }

        return candidate > expected + (window / 2) && candidate >= window ? candidate - window : candidate;
    }
}
