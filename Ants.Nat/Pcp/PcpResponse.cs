using System.Buffers.Binary;
using System.Net;

namespace Ants.Nat;

/// <summary>An answer of PCP, or its notice that it was started anew, read in place (RFC 6887 sections 7.2, 11.1 and 14.1).</summary>
/// <remarks>
/// <code>
///   version 2 | 1, opcode | reserved 1 | result 1        header, 24 bytes
///   lifetime, s 4 | epoch, s 4
///   reserved 12
///   nonce 12                                             MAP, 36 bytes
///   protocol 1 | reserved 3 | internal port 2 | external port 2
///   external address 16
/// </code>
/// </remarks>
internal readonly ref struct PcpResponse
{
    private readonly ReadOnlySpan<byte> _bytes;

    private PcpResponse(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The server's version: another than 2 comes with <see cref="PcpResult.UnsupportedVersion"/>.</summary>
    public byte Version => _bytes[0];

    public byte Opcode => (byte)(_bytes[1] & ~PcpWire.ResponseBit);

    public PcpResult Result => (PcpResult)_bytes[3];

    /// <summary>Of the mapping; of an error, how long it will stay one.</summary>
    public uint Lifetime => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Seconds since the server lost its state.</summary>
    public uint Epoch => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    /// <summary>Whether it tells of a mapping: what is below can be read.</summary>
    public bool HasMap => Opcode == PcpWire.OpcodeMap && _bytes.Length >= PcpWire.HeaderLength + PcpWire.MapLength;

    public ReadOnlySpan<byte> Nonce => Map[..PcpWire.NonceLength];

    public byte Protocol => Map[12];

    public int InternalPort => BinaryPrimitives.ReadUInt16BigEndian(Map[16..]);

    public IPEndPoint External => new(PcpWire.ReadAddress(Map[20..]), BinaryPrimitives.ReadUInt16BigEndian(Map[18..]));

    private ReadOnlySpan<byte> Map => _bytes[PcpWire.HeaderLength..];

    /// <summary>Reads an answer in PCP's form.</summary>
    /// <param name="datagram">A whole datagram; the response borrows it.</param>
    /// <param name="response">The answer.</param>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out PcpResponse response)
    {
        // RFC 6887 section 8.3: what is shorter, longer, no multiple of 4, or no answer is dropped.
        response = default;
        if (datagram.Length is < PcpWire.HeaderLength or > PcpWire.MostLength
            || datagram.Length % 4 != 0
            || datagram[0] == PcpWire.NatPmpVersion
            || (datagram[1] & PcpWire.ResponseBit) == 0)
        {
            return false;
        }

        response = new PcpResponse(datagram);
        return true;
    }
}
