using System.Buffers.Binary;

namespace Ants.Protocol.Wire;

/// <summary>
/// A binary message of a WebSocket: one or more packets, in order.
/// </summary>
/// <remarks>
/// <code>
/// length (2) | packet | length (2) | packet ...
/// </code>
/// Several share a message because each message costs a system call and a TLS record at both ends.
/// </remarks>
internal static class PacketMessage
{
    /// <summary>The longest message: seven packets of the largest size. It fits a buffer of 64 KiB, and four TLS records.</summary>
    public const int MaxLength = 64_000;

    private const int LengthBytes = 2;

    /// <summary>Adds <paramref name="packet"/> behind the first <paramref name="length"/> bytes; false when it does not fit.</summary>
    public static bool TryAppend(Span<byte> message, ref int length, ReadOnlySpan<byte> packet)
    {
        if (length + LengthBytes + packet.Length > message.Length || packet.Length is 0 or > ushort.MaxValue)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(message[length..], (ushort)packet.Length);
        packet.CopyTo(message[(length + LengthBytes)..]);
        length += LengthBytes + packet.Length;
        return true;
    }

    /// <summary>How many of the first bytes of a message are whole packets, while its end has yet to come.</summary>
    public static int WholeLength(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> rest = beginning;
        while (TryRead(ref rest, out _))
        {
        }

        return beginning.Length - rest.Length;
    }

    /// <summary>
    /// Takes the next packet from what is left of a message; false at its end, or where what is left is no packet: that is
    /// passed over.
    /// </summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out ushort length) || length == 0 || length > rest.Length - LengthBytes)
        {
            return false;
        }

        packet = rest.Slice(LengthBytes, length);
        rest = rest[(LengthBytes + length)..];
        return true;
    }
}
