using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// The value of an address attribute (RFC 8489 sections 14.1 and 14.2):
/// <code>
/// +--------+--------+-----------------+------------------------------+
/// |   0    | family |  port           |  4 or 16 bytes of address    |
/// +--------+--------+-----------------+------------------------------+
/// </code>
/// In the XOR form the port is masked with the cookie's top half, the address with the cookie and the transaction id.
/// </summary>
internal static class StunAddress
{
    public const int LengthV4 = 8;
    public const int LengthV6 = 20;

    /// <param name="value">The attribute's value.</param>
    /// <param name="mask">Cookie and transaction id (16 bytes), or empty for an address in clear.</param>
    /// <param name="endpoint">The endpoint read, in the form of <see cref="EndPoints.Unmap(IPEndPoint)"/>.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask, out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (value.Length < LengthV4
            || value.Length != (value[1] == StunWire.FamilyV4 ? LengthV4 : LengthV6)
            || value[1] is not (StunWire.FamilyV4 or StunWire.FamilyV6))
        {
            return false;
        }

        Span<byte> address = stackalloc byte[value.Length - 4];
        value[4..].CopyTo(address);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        if (!mask.IsEmpty)
        {
            port ^= StunWire.MagicCookieTop;
            Mask(address, mask);
        }

        endpoint = new IPEndPoint(EndPoints.Unmap(new IPAddress(address)), port);
        return true;
    }

    /// <summary>Writes the value and returns its length, or 0 where it does not fit or the family is neither v4 nor v6.</summary>
    public static int Write(Span<byte> destination, IPEndPoint endpoint, ReadOnlySpan<byte> mask)
    {
        IPAddress address = EndPoints.Unmap(endpoint.Address);
        int length = address.AddressFamily switch
        {
            AddressFamily.InterNetwork => LengthV4,
            AddressFamily.InterNetworkV6 => LengthV6,
            _ => 0,
        };
        if (length == 0 || destination.Length < length || !address.TryWriteBytes(destination[4..], out _))
        {
            return 0;
        }

        destination[0] = 0;
        destination[1] = length == LengthV4 ? StunWire.FamilyV4 : StunWire.FamilyV6;
        int port = mask.IsEmpty ? endpoint.Port : endpoint.Port ^ StunWire.MagicCookieTop;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)port);
        if (!mask.IsEmpty)
        {
            Mask(destination[4..length], mask);
        }

        return length;
    }

    private static void Mask(Span<byte> address, ReadOnlySpan<byte> mask)
    {
        for (int i = 0; i < address.Length; i++)
        {
            address[i] ^= mask[i];
        }
    }
}
