using System.Buffers.Binary;

namespace Ants.Nat;

/// <summary>The two requests of NAT-PMP (RFC 6886 sections 3.2 and 3.3).</summary>
/// <remarks>
/// <code>
///   version 0 | opcode 0                                 what is the external address?
///   version 0 | opcode 1 (UDP) | reserved 2              a mapping; with lifetime and external port 0 its end
///   internal port 2 | suggested external port 2
///   lifetime, s 4
/// </code>
/// </remarks>
internal static class NatPmpRequest
{
    public const byte OpcodeAddress = 0;
    public const byte OpcodeMapUdp = 1;
    public const int AddressLength = 2;
    public const int MapLength = 12;

    public static int WriteAddress(Span<byte> destination)
    {
        destination[0] = PcpWire.NatPmpVersion;
        destination[1] = OpcodeAddress;
        return AddressLength;
    }

    public static int WriteMap(Span<byte> destination, int internalPort, int suggestedPort, uint lifetime)
    {
        destination[..MapLength].Clear();
        destination[0] = PcpWire.NatPmpVersion;
        destination[1] = OpcodeMapUdp;
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)internalPort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)suggestedPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], lifetime);
        return MapLength;
    }
}
