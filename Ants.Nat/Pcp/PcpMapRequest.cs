using System.Buffers.Binary;
using System.Net;

namespace Ants.Nat;

/// <summary>A request of PCP for a mapping, for its renewal, or with lifetime 0 for its end (RFC 6887 sections 7.1 and 11.1).</summary>
/// <remarks>
/// <code>
///   version 2 | opcode 1 | reserved 2                    header, 24 bytes
///   lifetime, s 4
///   client address 16
///   nonce 12                                             MAP, 36 bytes
///   protocol 1 | reserved 3 | internal port 2 | suggested external port 2
///   suggested external address 16
///   code 2 | reserved 1 | length 0                       PREFER_FAILURE, 4 bytes, if asked for (section 13.2)
/// </code>
/// </remarks>
internal readonly ref struct PcpMapRequest
{
    /// <summary>With the option; a buffer of this size is always enough.</summary>
    public const int MostLength = PcpWire.HeaderLength + PcpWire.MapLength + PcpWire.OptionHeaderLength;

    public required ReadOnlySpan<byte> Nonce { get; init; }

    public required IPEndPoint Internal { get; init; }

    public required IPEndPoint Suggested { get; init; }

    public required uint Lifetime { get; init; }

    /// <summary>Whether no mapping is better than another one than suggested.</summary>
    public bool PrefersFailure { get; init; }

    /// <summary>Writes it.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> destination)
    {
        int length = PcpWire.HeaderLength + PcpWire.MapLength + (PrefersFailure ? PcpWire.OptionHeaderLength : 0);
        destination[..length].Clear();
        destination[0] = PcpWire.Version;
        destination[1] = PcpWire.OpcodeMap;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Lifetime);
        PcpWire.WriteAddress(destination[8..], Internal.Address);

        Span<byte> map = destination[PcpWire.HeaderLength..];
        Nonce.CopyTo(map);
        map[12] = PcpWire.Udp;
        BinaryPrimitives.WriteUInt16BigEndian(map[16..], (ushort)Internal.Port);
        BinaryPrimitives.WriteUInt16BigEndian(map[18..], (ushort)Suggested.Port);
        PcpWire.WriteAddress(map[20..], Suggested.Address);
        if (PrefersFailure)
        {
            map[PcpWire.MapLength] = PcpWire.OptionPreferFailure;
        }

        return length;
    }
}
