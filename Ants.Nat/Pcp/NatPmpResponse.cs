using System.Buffers.Binary;
using System.Net;

namespace Ants.Nat;

/// <summary>An answer of NAT-PMP, or its notice of another address, read in place (RFC 6886 sections 3.2, 3.3 and 3.5).</summary>
/// <remarks>
/// <code>
///   version 0 | 128 + opcode | result 2 | epoch, s 4     all; an error may end here
///   external IPv4 address 4                              opcode 0
///   internal port 2 | external port 2 | lifetime, s 4    opcode 1
/// </code>
/// </remarks>
internal readonly ref struct NatPmpResponse
{
    private const int HeaderLength = 8, AddressLength = 12, MapLength = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private NatPmpResponse(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Opcode => (byte)(_bytes[1] & ~PcpWire.ResponseBit);

    public NatPmpResult Result => (NatPmpResult)BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Seconds since the router lost its mappings.</summary>
    public uint Epoch => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public bool HasAddress => Opcode == NatPmpRequest.OpcodeAddress && _bytes.Length >= AddressLength;

    public IPAddress Address => new(_bytes[8..12]);

    public bool HasMap => Opcode == NatPmpRequest.OpcodeMapUdp && _bytes.Length >= MapLength;

    public int InternalPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[8..]);

    public int ExternalPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]);

    public uint Lifetime => BinaryPrimitives.ReadUInt32BigEndian(_bytes[12..]);

    /// <summary>Reads an answer in NAT-PMP's form.</summary>
    /// <param name="datagram">A whole datagram; the response borrows it.</param>
    /// <param name="response">The answer.</param>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out NatPmpResponse response)
    {
        response = default;
        if (datagram.Length is < HeaderLength or > PcpWire.MostLength
            || datagram[0] != PcpWire.NatPmpVersion
            || (datagram[1] & PcpWire.ResponseBit) == 0)
        {
            return false;
        }

        response = new NatPmpResponse(datagram);
        return true;
    }
}
